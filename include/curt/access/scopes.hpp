#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/domain/error.hpp"

namespace curt::access {

/// What a key may be allowed to do; one bit each.
enum class Scope : std::uint8_t {
  links_read = 1,
  links_write = 2,
  stats_read = 4,
  metrics_read = 8,
  admin = 16,  ///< everything, keys among it
};

/// Its name, such as "links:read".
[[nodiscard]] std::string_view name_of(Scope scope) noexcept;

/// A set of scopes; a small value.
class Scopes {
 public:
  constexpr Scopes() = default;
  constexpr Scopes(Scope scope) noexcept : bits_(static_cast<std::uint8_t>(scope)) {}  // NOLINT

  /// The set of those that are named; an error about the field "scopes" that names the first unknown one, or
  /// says that there is none.
  [[nodiscard]] static result<Scopes> parse(const std::vector<std::string>& names);

  /// What str() gave; names of a newer release are passed over.
  [[nodiscard]] static Scopes from_stored(std::string_view text);

  /// Whether a key with these scopes may do this; with `admin` it may do everything.
  [[nodiscard]] constexpr bool allow(Scope scope) const noexcept {
    return (bits_ & (static_cast<std::uint8_t>(scope) | static_cast<std::uint8_t>(Scope::admin))) != 0;
  }

  /// Whether the scope itself is in the set.
  [[nodiscard]] constexpr bool contain(Scope scope) const noexcept {
    return (bits_ & static_cast<std::uint8_t>(scope)) != 0;
  }

  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }

  /// The names, in the order of the enumeration.
  [[nodiscard]] std::vector<std::string_view> names() const;

  /// The names with a space between, such as "links:read stats:read".
  [[nodiscard]] std::string str() const;

  constexpr Scopes& operator|=(Scopes other) noexcept {
    bits_ |= other.bits_;
    return *this;
  }
  friend constexpr bool operator==(Scopes, Scopes) noexcept = default;

 private:
  std::uint8_t bits_ = 0;
};

}  // namespace curt::access
