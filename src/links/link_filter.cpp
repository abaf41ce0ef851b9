#include "curt/links/link_filter.hpp"

#include <algorithm>
#include <string_view>

namespace curt::links {
namespace {

bool is_at_or_below(std::string_view host, std::string_view above) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (!host.ends_with(above)) return false;
  return host.size() == above.size() || host[host.size() - above.size() - 1] == '.';
}

}  // namespace

bool matches(const LinkFilter& filter, const Link& link) {
  if (filter.host && !is_at_or_below(link.target.host(), *filter.host)) return false;
  if (filter.owner && link.owner != filter.owner->key) return false;
  if (!filter.search.finds(link)) return false;
  if (!filter.tag.empty() && std::ranges::find(link.tags, filter.tag) == link.tags.end()) return false;
  return !filter.codes || std::ranges::find(*filter.codes, link.code) != filter.codes->end();
}

}  // namespace curt::links
