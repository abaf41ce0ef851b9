#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "curt/domain/error.hpp"

namespace curt {

/// The part of a short URL behind the slash: 1 to 64 characters of `A-Z a-z 0-9 - _`, case-sensitive.
/// Held inline, so that copying one never allocates.
class ShortCode {
 public:
  static constexpr std::size_t kMaxLength = 64;

  /// The empty code, which no link has; a place to assign to.
  ShortCode() = default;

  /// Takes `text` if it is a well-formed code, else says which character or length is wrong (field "alias").
  [[nodiscard]] static result<ShortCode> parse(std::string_view text);

  /// Whether `text` has the shape of a code; for the redirect path, where the reason does not matter.
  [[nodiscard]] static bool is_valid(std::string_view text) noexcept;

  /// Takes text that is known to be valid: what a store gives back, what the generator makes.
  [[nodiscard]] static ShortCode from_valid(std::string_view text) noexcept;

  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), length_}; }

  friend bool operator==(const ShortCode& a, const ShortCode& b) noexcept { return a.view() == b.view(); }
  friend auto operator<=>(const ShortCode& a, const ShortCode& b) noexcept { return a.view() <=> b.view(); }

 private:
  std::array<char, kMaxLength> text_{};
  std::uint8_t length_ = 0;
};

/// A hash of the code that is another one in every process: visitors choose codes, and should not be able to
/// choose many with one hash.
[[nodiscard]] std::size_t hash_of(const ShortCode& code) noexcept;

}  // namespace curt

template <>
struct std::hash<curt::ShortCode> {
  std::size_t operator()(const curt::ShortCode& code) const noexcept { return curt::hash_of(code); }
};
