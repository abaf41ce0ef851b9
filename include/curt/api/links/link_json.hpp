#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "curt/domain/link.hpp"
#include "curt/limits/blocklist/host_lists.hpp"
#include "curt/links/link_draft.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::api {

/// Reads the body of a create. malformed_json if it is not one JSON object in UTF-8 without a repeated field,
/// invalid_value with all fields that are unknown, missing or of the wrong type. Values are checked by
/// validate().
[[nodiscard]] result<links::LinkDraft> parse_link_draft(std::string_view body);

/// Reads the body of an edit, alike.
[[nodiscard]] result<links::EditDraft> parse_edit_draft(std::string_view body);

/// What the API says of links beside what the store has.
struct Shown {
  std::string_view base_url;           ///< without a slash at its end
  const limits::ListedHosts* lists{};  ///< by which hosts are blocked; null for none
};

/// The link as the API shows it, one line of JSON; `visits` is null where they are not known.
[[nodiscard]] std::string to_json(const Link& link, const Shown& shown,
                                  const std::optional<visits::VisitTotals>& visits);

/// The same, appended to what a list has already.
void append_json(std::string& json, const Link& link, const Shown& shown,
                 const std::optional<visits::VisitTotals>& visits);

/// Appends the link as an export holds it, one line of JSON: what belongs to this service alone is left out,
/// and "spent" is said where tells_spent().
void append_exported_json(std::string& json, const Link& link, std::string_view base_url,
                          const visits::VisitTotals& visits);

/// Whether an export says what was spent of the link: where it has max_visits, or had it once, which matters
/// again when it gets it back.
[[nodiscard]] bool tells_spent(const Link& link) noexcept;

/// Where the link is reached: a URL, in which the code is percent-encoded.
[[nodiscard]] std::string short_url(std::string_view base_url, const ShortCode& code);

}  // namespace curt::api
