#pragma once

#include <string_view>

namespace curt::app {

/// Stands in a file of rejected rows of such a table, which may have none that shows it.
inline constexpr std::string_view kEscapesComment = "# a backslash escapes here, and \\N is an empty field";

/// Whether a table with tabs has backslashes that escape, as MySQL's OUTFILE and Postgres's COPY write them:
/// a field of it is \N, which nobody writes but programs that mean NULL, and no other backslash stands where
/// they would have written two. A path of Windows or a regular expression tells that nothing is escaped,
/// unless all of its backslashes stand before such letters as t and n. Comments do not count, but
/// kEscapesComment does. `whole` says that the text does not go on after `head`.
[[nodiscard]] bool has_backslash_escapes(std::string_view head, bool whole);

}  // namespace curt::app
