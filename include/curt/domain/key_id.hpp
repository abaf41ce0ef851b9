#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <optional>
#include <string_view>

namespace curt {

/// The name of an API key, and so of the owner of the links that were made with it: 12 letters and digits.
/// It is not secret. Held inline, so that copying one never allocates.
class KeyId {
 public:
  static constexpr std::size_t kLength = 12;

  /// The empty id, which no key has; a place to assign to.
  KeyId() = default;

  /// The id if `text` has the shape of one.
  [[nodiscard]] static std::optional<KeyId> parse(std::string_view text) noexcept;

  /// Takes text that is known to be valid: what a store gives back, what the generator makes.
  [[nodiscard]] static KeyId from_valid(std::string_view text) noexcept;

  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), text_.size()}; }

  friend bool operator==(const KeyId&, const KeyId&) noexcept = default;
  friend auto operator<=>(const KeyId&, const KeyId&) noexcept = default;

 private:
  std::array<char, kLength> text_{};
};

/// Whether the character is one of those that keys are made of: A-Z, a-z, 0-9.
[[nodiscard]] constexpr bool is_base62(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace curt
