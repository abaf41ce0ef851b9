#include "curt/links/link_rules.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "curt/base/text.hpp"
#include "curt/base/utf8.hpp"
#include "curt/domain/unicode/text_forms.hpp"
#include "curt/limits/blocklist/host_set.hpp"

namespace curt::links {
namespace {

/// The same for words that differ in case only, or in the width of their letters: a visitor would take them
/// for one another.
std::string folded(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), [](char c) { return c < 0; })) return unicode::folded(text);
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

constexpr std::string_view kThisMachine = "localhost";

/// The names that a machine has for itself: those below localhost (RFC 6761, section 6.3) and those that
/// distributions put into /etc/hosts.
bool is_own_machine(std::string_view name) noexcept {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", "[::1]", "[::]", "0.0.0.0"});
  return std::ranges::find(kNames, name) != kNames.end() || name.ends_with(".localhost");
}

/// Whether it is one of 127.0.0.0/8, in the notation that TargetUrl leaves of all.
bool is_loopback(std::string_view name) noexcept {
  return name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// The host in the one notation that all of its notations have. All names of this machine for itself are one;
/// a connection to the unspecified address (0.0.0.0, ::) arrives there too.
std::string own_name(std::string_view host) {
  const limits::HostKey key{host};
  const std::string_view name = key.view();
  return std::string{is_own_machine(name) || is_loopback(name) ? kThisMachine : name};
}

constexpr std::uint16_t kHttp = 80;
constexpr std::uint16_t kHttps = 443;

/// Behind a proxy, http and https of one host are one service.
constexpr std::uint16_t own_port(std::uint16_t port) noexcept { return port == kHttps ? kHttp : port; }

/// How often all tags may be repeated: nobody sorts thousands of them on a core to find out.
constexpr std::size_t kMostRepeats = 10;

}  // namespace

LinkRules::LinkRules(const std::vector<std::string>& reserved, const TargetUrl& self,
                     const limits::TargetPolicy* policy, const std::vector<TargetUrl>& listens)
    : policy_(policy) {
  for (const std::string& word : reserved) reserved_.insert(folded(word));
  add_own(own_name(self.host()), self.port());
  add_own(std::string{kThisMachine}, self.port());
  for (const TargetUrl& listen : listens) {
    add_own(own_name(listen.host()), listen.port());
    add_own(std::string{kThisMachine}, listen.port());
  }
}

void LinkRules::add_own(std::string host, std::uint16_t port) {
  own_.emplace(std::move(host), own_port(port));
}

bool LinkRules::is_reserved(const ShortCode& code) const { return reserved_.contains(folded(code.view())); }

result<ShortCode> LinkRules::check_alias(std::string_view alias) const {
  return unless_reserved(ShortCode::parse(alias));
}

result<ShortCode> LinkRules::check_imported_code(std::string_view code) const {
  return unless_reserved(ShortCode::parse_imported(code));
}

result<ShortCode> LinkRules::unless_reserved(result<ShortCode> code) const {
  if (code && is_reserved(*code))
    return invalid_field("alias", fmt::format("\"{}\" is a reserved word", code->view()));
  return code;
}

bool LinkRules::is_self(const TargetUrl& target) const {
  return own_.contains({own_name(target.host()), own_port(target.port())});
}

result<TargetUrl> LinkRules::check_target(std::string_view url) const {
  auto target = TargetUrl::parse(url);
  if (!target) return target;
  if (is_self(*target)) return invalid_field("url", "leads back to this service");
  if (policy_ != nullptr) {
    if (auto refusal = policy_->refusal(*target)) return *std::move(refusal);
  }
  return target;
}

result<std::optional<std::string>> check_title(const std::optional<std::string>& title) {
  if (!title || title->empty()) return std::optional<std::string>{};
  if (has_control(*title)) return invalid_field("title", "must not contain control characters");
  if (const std::size_t length = utf8_length(*title); length > kMaxTitle) {
    return invalid_field("title",
                         fmt::format("has {} characters, at most {} are allowed", length, kMaxTitle));
  }
  return title;
}

result<std::vector<std::string>> check_tags(std::vector<std::string> tags) {
  const auto too_many = [](std::size_t count) {
    return invalid_field("tags", fmt::format("has {} tags, at most {} are allowed", count, kMaxTags));
  };
  if (tags.size() > kMostRepeats * kMaxTags) return too_many(tags.size());
  for (std::string& tag : tags) {
    tag = std::string{trim_spaces(tag)};
    if (tag.empty()) return invalid_field("tags", "must not contain an empty tag");
    if (has_control(tag)) return invalid_field("tags", "must not contain control characters");
    if (const std::size_t length = utf8_length(tag); length > kMaxTagLength) {
      return invalid_field(
          "tags", fmt::format("has a tag of {} characters, at most {} are allowed", length, kMaxTagLength));
    }
  }
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  if (tags.size() > kMaxTags) return too_many(tags.size());
  return tags;
}

}  // namespace curt::links
