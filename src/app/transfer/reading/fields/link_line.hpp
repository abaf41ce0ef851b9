#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "curt/links/link_draft.hpp"
#include "curt/links/link_store.hpp"

namespace curt::app {

/// A link that one record asks for. Its values have the right types, but are not checked yet.
struct LinkLine {
  links::LinkDraft draft;  ///< the record's code is its alias
  std::optional<Timestamp> created_at;
  std::optional<Timestamp> updated_at;
  std::int64_t version = 1;
  std::int64_t spent = 0;  ///< of max_visits
  std::optional<KeyId> owner;
  std::int64_t humans = 0;  ///< visits so far
  std::int64_t bots = 0;
};

/// The most visits that a record may tell of: more than any link has, and far from where sums overflow.
inline constexpr std::int64_t kMostVisits = 1'000'000'000'000;

/// Checks the values as the API does, and gives the row to store; its code is empty where one must be
/// generated. A link that is over already is taken: it stays over. One without a time of creation is made
/// `now`, or just before its end.
[[nodiscard]] result<links::ImportRow> to_import_row(const LinkLine& line, const links::LinkRules& rules,
                                                     Timestamp now);

/// Whether the record asks for a code that is a word of the service's own paths.
[[nodiscard]] bool wants_reserved_code(const LinkLine& line, const links::LinkRules& rules);

/// All that is wrong with a record, as one line of printable text.
[[nodiscard]] std::string reason_of(const Error& error);

}  // namespace curt::app
