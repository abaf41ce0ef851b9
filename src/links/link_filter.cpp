#include "curt/links/link_filter.hpp"

#include <algorithm>
#include <string_view>

namespace curt::links {
namespace {

/// Whether the text has this part, whatever the case of ASCII letters.
bool has_part(std::string_view text, std::string_view part) {
  constexpr auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return !std::ranges::search(text, part, {}, lower, lower).empty();
}

bool has_text(const Link& link, std::string_view part) {
  return has_part(link.code.view(), part) || has_part(link.target.str(), part) ||
         (link.title && has_part(*link.title, part));
}

bool is_at_or_below(std::string_view host, std::string_view above) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (!host.ends_with(above)) return false;
  return host.size() == above.size() || host[host.size() - above.size() - 1] == '.';
}

}  // namespace

bool matches(const LinkFilter& filter, const Link& link) {
  if (filter.host && !is_at_or_below(link.target.host(), *filter.host)) return false;
  if (filter.owner && link.owner != filter.owner->key) return false;
  if (!filter.text.empty() && !has_text(link, filter.text)) return false;
  if (!filter.tag.empty() && std::ranges::find(link.tags, filter.tag) == link.tags.end()) return false;
  return !filter.codes || std::ranges::find(*filter.codes, link.code) != filter.codes->end();
}

}  // namespace curt::links
