#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "curt/domain/link.hpp"
#include "curt/links/link_patch.hpp"
#include "curt/links/link_rules.hpp"
#include "curt/links/link_store.hpp"

namespace curt::links {

/// A wished link: the right types, but nothing checked yet.
struct LinkDraft {
  std::string url;
  std::optional<std::string> alias;
  std::optional<std::string> title;
  std::vector<std::string> tags;
  std::optional<std::int64_t> redirect_status;
  bool forward_query = false;
  bool enabled = true;
  std::optional<Timestamp> not_before;
  std::optional<Timestamp> expires_at;
  std::optional<std::int64_t> ttl;  ///< seconds from now, instead of expires_at
  std::optional<std::int64_t> max_visits;
  bool reuse = false;
  bool made_elsewhere = false;  ///< its alias is a code that other software made: check_imported_code()
};

/// A wished edit; what is absent stays, nullopt inside clears.
struct EditDraft {
  std::optional<std::string> url;
  std::optional<std::optional<std::string>> title;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::int64_t> redirect_status;
  std::optional<bool> forward_query;
  std::optional<bool> enabled;
  std::optional<std::optional<Timestamp>> not_before;
  std::optional<std::optional<Timestamp>> expires_at;
  std::optional<std::int64_t> ttl;
  std::optional<std::optional<std::int64_t>> max_visits;
};

/// The longest ttl: 100 years of 365 days, in seconds.
inline constexpr std::int64_t kMaxTtl = 3'153'600'000;

/// Checks every field and returns the link to store, or one invalid_value error with all that is wrong. A
/// draft without an alias gets the empty code, for the caller to fill.
[[nodiscard]] result<CreateRequest> validate(const LinkDraft& draft, const LinkRules& rules, Timestamp now);

/// The same for an edit.
[[nodiscard]] result<LinkPatch> validate(const EditDraft& draft, const LinkRules& rules, Timestamp now);

}  // namespace curt::links
