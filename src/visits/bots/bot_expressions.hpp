#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace curt::visits {

// Expressions in RE2's syntax, to be looked for anywhere in a user agent.

/// The devices that uap-core names Spider, as the build took them out of its regexes.yaml.
[[nodiscard]] std::vector<std::string_view> spider_expressions();

/// What kinds of bots have in common, so that those on no list are known too. To be compared without regard
/// to case.
[[nodiscard]] std::span<const std::string_view> kind_expressions() noexcept;

/// What tells a bot only where there is no engine: in a browser, words like these name an app or a device. To
/// be compared without regard to case.
[[nodiscard]] std::span<const std::string_view> engineless_kind_expressions() noexcept;

/// Names of crawlers that otherwise look like browsers, from a public list: data/crawlers.txt. To be compared
/// with regard to case.
[[nodiscard]] std::vector<std::string_view> crawler_expressions();

/// Texts that are innocent although the expressions of bots match them: uap-core tries its own only after
/// hundreds of others that know devices. To be removed from a user agent before it is matched, without regard
/// to case.
[[nodiscard]] std::span<const std::string_view> innocent_expressions() noexcept;

/// The engines of browsers. To be compared without regard to case.
[[nodiscard]] std::span<const std::string_view> engine_expressions() noexcept;

/// What every browser that names no engine has some of: an operating system after Mozilla/, a device, or the
/// name of a browser that says nothing else. To be compared without regard to case.
[[nodiscard]] std::span<const std::string_view> browser_expressions() noexcept;

}  // namespace curt::visits
