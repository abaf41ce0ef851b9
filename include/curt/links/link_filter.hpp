#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "curt/links/link_store.hpp"

namespace curt::links {

/// Which links are meant; all that it names must hold. To be filled with at least one condition.
struct LinkFilter {
  static constexpr std::size_t kMostCodes = 500;

  std::optional<std::string> host;  ///< as TargetUrl::host() gives it: links to it, and to hosts below it
  std::optional<OwnedBy> owner;
  Search search;                                ///< as ListQuery::search
  std::string tag;                              ///< as ListQuery::tag
  std::optional<std::vector<ShortCode>> codes;  ///< these alone, at most kMostCodes

  [[nodiscard]] bool is_empty() const noexcept {
    return !host && !owner && search.empty() && tag.empty() && !codes;
  }
};

/// Whether the link is one of those that the filter means.
[[nodiscard]] bool matches(const LinkFilter& filter, const Link& link);

}  // namespace curt::links
