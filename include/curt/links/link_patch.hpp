#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "curt/domain/link.hpp"

namespace curt::links {

/// An edit: what is absent stays, what is null where null is allowed is cleared.
struct LinkPatch {
  std::optional<TargetUrl> target;
  std::optional<std::optional<std::string>> title;
  std::optional<std::vector<std::string>> tags;  ///< sorted, without repeats
  std::optional<RedirectStatus> redirect_status;
  std::optional<bool> forward_query;
  std::optional<bool> enabled;
  std::optional<std::optional<Timestamp>> not_before;
  std::optional<std::optional<Timestamp>> expires_at;
  std::optional<std::optional<std::int64_t>> max_visits;
};

/// The link as the patch leaves it: with the next version and updated at `now` if anything changes, else as
/// it was. invalid_value if it would begin after it ends. Pure; stores call it inside their transaction.
[[nodiscard]] result<Link> apply(const LinkPatch& patch, Link link, Timestamp now);

}  // namespace curt::links
