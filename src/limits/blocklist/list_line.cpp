#include "limits/blocklist/list_line.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <arpa/inet.h>

#include "curt/base/text.hpp"
#include "curt/domain/target_url.hpp"

namespace curt::limits {
namespace {

constexpr std::string_view kBlanks = " \t\v\f\r";

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_plain(char c) noexcept {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_' || c == '.';
}

/// Whether it is a name that TargetUrl only puts into lower case, as nearly all of them are.
bool is_plain_name(std::string_view name) noexcept {
  constexpr std::size_t kMaxLabel = 63;
  std::size_t label = 0;
  for (const char c : name) {
    if (!is_plain(lower(c))) return false;
    if (c != '.') {
      ++label;
    } else if (label == 0 || label > kMaxLabel) {
      return false;
    } else {
      label = 0;
    }
  }
  // The last label of an address in any notation begins with a digit.
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return label > 0 && label <= kMaxLabel && !is_digit(last.front());
}

/// Cuts the next word and the blanks after it off the front.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks, end), text.size()));
  return word;
}

bool is_address(std::string_view text) {
  const std::string address{text.substr(0, text.find('%'))};
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
}

/// Whether a hosts-file sends what it blocks to this address.
bool is_sink(std::string_view address) noexcept {
  return address == "0.0.0.0" || address == "127.0.0.1" || address == "::" || address == "::1";
}

/// Whether a hosts-file has this name for the machine itself.
bool is_own_name(std::string_view name) noexcept {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"localhost", "localhost.localdomain", "local", "broadcasthost", "0.0.0.0", "ip6-localhost",
       "ip6-loopback", "ip6-localnet", "ip6-mcastprefix", "ip6-allnodes", "ip6-allrouters", "ip6-allhosts"});
  return std::ranges::find(kNames, name) != kNames.end();
}

LineKind read_hosts_line(std::string_view address, std::string_view names, const TakeHost& take) {
  if (!is_address(address)) return LineKind::unreadable;
  if (!is_sink(address)) return LineKind::passed_over;
  LineKind kind = LineKind::nothing;
  std::string host;
  while (!names.empty()) {
    const std::string_view name = take_word(names);
    if (is_own_name(name)) continue;
    if (!normalise_listed_host(name, host)) return LineKind::unreadable;
    take(host, Reach::exact);
    kind = LineKind::entry;
  }
  return kind;
}

/// `||host^`, also with an option that says that whole pages are meant.
LineKind read_adblock_rule(std::string_view rule, const TakeHost& take) {
  rule.remove_prefix(2);
  const std::size_t end = rule.find('^');
  if (end == std::string_view::npos) return LineKind::passed_over;
  const std::string_view options = rule.substr(end + 1);
  constexpr auto kWholePages =
      std::to_array<std::string_view>({"", "$all", "$doc", "$document", "$important"});
  if (std::ranges::find(kWholePages, options) == kWholePages.end()) return LineKind::passed_over;
  const std::string_view name = rule.substr(0, end);
  if (name.find_first_of("*/") != std::string_view::npos) return LineKind::passed_over;
  std::string host;
  if (!normalise_listed_host(name, host)) return LineKind::unreadable;
  take(host, Reach::below);
  return LineKind::entry;
}

/// Whether a line that begins with # is a rule of Adblock that hides parts of pages, and no comment.
bool is_hiding_rule(std::string_view line) noexcept {
  constexpr std::string_view kNoSelector = "# \t-=*";
  return line.size() > 2 && line.starts_with("##") && kNoSelector.find(line[2]) == std::string_view::npos;
}

/// Whether it is a rule of Adblock of any other kind.
bool is_other_rule(std::string_view line) noexcept {
  if (line.starts_with("@@") || line.starts_with('|') || line.starts_with('/')) return true;
  if (line.starts_with('#')) return true;
  for (const std::string_view sign : {"##", "#@#", "#?#", "#$#", "#%#"}) {
    const std::size_t at = line.find(sign);
    if (at != std::string_view::npos && at > 0 && kBlanks.find(line[at - 1]) == std::string_view::npos)
      return true;
  }
  return line.find_first_of("^$*=&?") != std::string_view::npos;
}

std::string_view without_comment(std::string_view line) noexcept {
  return trim(line.substr(0, line.find('#')), kBlanks);
}

}  // namespace

bool normalise_listed_host(std::string_view text, std::string& host) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.find("..") != std::string_view::npos) return false;
  if (text.size() <= HostSet::kMaxHost && is_plain_name(text)) {
    host.assign(text);
    std::ranges::transform(host, host.begin(), lower);
    return true;
  }
  const bool in_brackets = text.starts_with('[') && text.ends_with(']');
  const bool is_ipv6 = !in_brackets && text.find(':') != std::string_view::npos;
  const std::string_view inner = in_brackets ? text.substr(1, text.size() - 2) : text;
  if (inner.find_first_of(in_brackets || is_ipv6 ? "/?#@\\[]" : "/?#@\\[]:%") != std::string_view::npos)
    return false;
  std::string url = "http://";
  is_ipv6 ? url.append("[").append(text).append("]") : url.append(text);
  const auto target = TargetUrl::parse(url + '/');
  if (!target) return false;
  const HostKey key{target->host()};
  host = key.view();
  return !host.empty();
}

LineKind read_list_line(std::string_view line, const TakeHost& take) {
  line = trim(line, kBlanks);
  if (line.empty() || line.starts_with('!')) return LineKind::nothing;
  if (line.starts_with("[Adblock") || line.starts_with("[uBlock")) return LineKind::nothing;
  if (line.starts_with("||")) return read_adblock_rule(without_comment(line), take);
  if (line.starts_with('#') && !is_hiding_rule(line)) return LineKind::nothing;
  if (line.starts_with('<')) return LineKind::unreadable;  // a page that says why there is no list
  if (line.starts_with("*.") || line.starts_with('.')) line.remove_prefix(line.find('.') + 1);
  if (is_other_rule(line.substr(0, line.find(" #")))) return LineKind::passed_over;
  std::string_view rest = without_comment(line);
  const std::string_view first = take_word(rest);
  if (!rest.empty()) return read_hosts_line(first, rest, take);
  std::string host;
  if (!normalise_listed_host(first, host)) return LineKind::unreadable;
  take(host, Reach::below);
  return LineKind::entry;
}

}  // namespace curt::limits
