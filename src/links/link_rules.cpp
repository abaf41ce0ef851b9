#include "curt/links/link_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "curt/base/text.hpp"
#include "curt/base/utf8.hpp"
#include "curt/domain/unicode/text_forms.hpp"

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

/// The names of this machine for itself are one.
std::string_view canonical_host(std::string_view host) noexcept {
  if (host.ends_with('.')) host.remove_suffix(1);
  const bool loopback = host == "127.0.0.1" || host == "[::1]" || host == "localhost";
  return loopback ? std::string_view{"localhost"} : host;
}

/// How often all tags may be repeated: nobody sorts thousands of them on a core to find out.
constexpr std::size_t kMostRepeats = 10;

constexpr bool is_default_port(std::uint16_t port) noexcept { return port == 80 || port == 443; }

}  // namespace

LinkRules::LinkRules(const std::vector<std::string>& reserved, const TargetUrl& self,
                     const limits::TargetPolicy* policy)
    : self_host_(canonical_host(self.host())), self_port_(self.port()), policy_(policy) {
  for (const std::string& word : reserved) reserved_.insert(folded(word));
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
  if (canonical_host(target.host()) != self_host_) return false;
  // Behind a proxy, http and https of one host are one service.
  return target.port() == self_port_ || (is_default_port(target.port()) && is_default_port(self_port_));
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
