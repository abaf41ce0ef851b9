#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace curt::limits {

/// What a client has a quota of, each apart from the others.
enum class Budget : std::uint8_t {
  create,       ///< requests to make links
  api,          ///< requests of the API, those to make links too
  not_found,    ///< lookups of codes that no link ever had
  failed_keys,  ///< requests with a key that is not good
  redirect,     ///< requests of visitors
};
inline constexpr std::size_t kBudgetCount = static_cast<std::size_t>(Budget::redirect) + 1;

/// The name in headers, metrics and keys of Redis.
[[nodiscard]] std::string_view name_of(Budget budget) noexcept;

}  // namespace curt::limits
