#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace curt::visits {

// Expressions in RE2's syntax, to be looked for anywhere in a user agent.

/// The devices that uap-core names Spider, as the build took them out of its regexes.yaml.
[[nodiscard]] std::vector<std::string_view> spider_expressions();

/// Bots that uap-core does not know as such. To be compared without regard to case.
[[nodiscard]] std::span<const std::string_view> own_bot_expressions() noexcept;

/// Texts that are innocent although uap-core's expressions match them: uap-core tries those only after
/// hundreds of others that know devices. To be removed from a user agent before it is matched, without regard
/// to case.
[[nodiscard]] std::span<const std::string_view> innocent_expressions() noexcept;

}  // namespace curt::visits
