#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "curt/domain/short_code.hpp"
#include "curt/domain/target_url.hpp"
#include "curt/limits/target_policy.hpp"

namespace curt::links {

inline constexpr std::size_t kMaxTitle = 500;  ///< characters
inline constexpr std::size_t kMaxTags = 20;
inline constexpr std::size_t kMaxTagLength = 64;  ///< characters
inline constexpr std::int64_t kMaxMaxVisits = 1'000'000'000'000;

/// What this installation allows in a link. Thread-safe.
class LinkRules {
 public:
  /// `reserved` are the words that no new code may be, in any case: what the service's own paths begin with.
  /// `self` is the service's own public address, which no link may lead to, and `listens` are the addresses
  /// that it listens on. `policy`, which must outlive the rules, says which other hosts that goes for; null
  /// for none.
  LinkRules(const std::vector<std::string>& reserved, const TargetUrl& self,
            const limits::TargetPolicy* policy = nullptr, const std::vector<TargetUrl>& listens = {});

  /// The code that this alias asks for; an error about the field "alias" if it is malformed or reserved.
  [[nodiscard]] result<ShortCode> check_alias(std::string_view alias) const;

  /// The same for the code of an imported link, which may have characters that no alias has.
  [[nodiscard]] result<ShortCode> check_imported_code(std::string_view code) const;

  /// The normalised target; an error about the field "url" if it is malformed, leads back here, or is refused
  /// by the policy.
  [[nodiscard]] result<TargetUrl> check_target(std::string_view url) const;

  /// Whether the code belongs to the service itself.
  [[nodiscard]] bool is_reserved(const ShortCode& code) const;

 private:
  [[nodiscard]] result<ShortCode> unless_reserved(result<ShortCode> code) const;

  /// Whether the target is an address of ours, in any notation.
  [[nodiscard]] bool is_self(const TargetUrl& target) const;

  void add_own(std::string host, std::uint16_t port);

  std::set<std::string, std::less<>> reserved_;  ///< in lower case
  /// Hosts and ports, as own_name() and own_port() of link_rules.cpp say.
  std::set<std::pair<std::string, std::uint16_t>> own_;
  const limits::TargetPolicy* policy_;
};

/// The title if it is fit to be shown: at most kMaxTitle characters, none of them a control character; an
/// empty one is none at all.
[[nodiscard]] result<std::optional<std::string>> check_title(const std::optional<std::string>& title);

/// The tags sorted and without repeats; at most kMaxTags, each of 1 to kMaxTagLength characters.
[[nodiscard]] result<std::vector<std::string>> check_tags(std::vector<std::string> tags);

}  // namespace curt::links
