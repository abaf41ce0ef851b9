#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "curt/domain/error.hpp"

namespace curt::app {

// How it is said that the form of a text cannot be settled.

/// The error: what was seen, and what to do.
[[nodiscard]] Error unsettled(std::string_view seen, std::string_view to_do);

/// The beginning of the text, fit to be shown.
[[nodiscard]] std::string shown(std::string_view text);

/// "commas", "semicolons", "tabs" or "bars".
[[nodiscard]] std::string_view plural_of(char separator);

/// A row whose columns nobody can tell.
[[nodiscard]] Error not_understood(std::uint64_t line, const std::vector<std::string>& fields, char separator,
                                   std::string_view text);

/// A line that is neither a URL nor has a separator.
[[nodiscard]] Error neither_url_nor_row(std::uint64_t line, std::string_view text);

/// A line of a URL that may be the row of a table.
[[nodiscard]] Error urls_or_table(std::uint64_t line, std::string_view text);

/// Whether the text is an absolute URL by its looks: a scheme and "://", or one of the few that go without
/// slashes.
[[nodiscard]] bool is_url(std::string_view text);

/// Whether another URL begins after a comma, a semicolon or a "|" in the text.
[[nodiscard]] bool has_second_url(std::string_view text);

/// Whether a line of a URL may be the row of a table: it has a comma, a semicolon or a bar, and no quotes say
/// where the URL ends.
[[nodiscard]] bool may_have_columns(std::string_view line);

}  // namespace curt::app
