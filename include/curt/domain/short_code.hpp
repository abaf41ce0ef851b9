#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "curt/domain/error.hpp"

namespace curt {

/// The part of a short URL behind the slash: 1 to 64 bytes of UTF-8, case-sensitive. Those that are made here
/// have `A-Z a-z 0-9 - _` (parse()); those of other software may have more (parse_imported()). Held inline,
/// so that copying one never allocates.
class ShortCode {
 public:
  static constexpr std::size_t kMaxLength = 64;  ///< bytes

  /// The empty code, which no link has; a place to assign to.
  ShortCode() = default;

  /// Takes `text` if it is a code that may be made here, else says which character or length is wrong (field
  /// "alias").
  [[nodiscard]] static result<ShortCode> parse(std::string_view text);

  /// Takes `text` if it is a code that an imported link may have, else says what is wrong (field "alias").
  /// Beside what parse() takes it may have `.` and `~`, and letters, marks and digits beyond ASCII that are
  /// of one script (UTS 39, section 5.1) and in normalization form C; it is not of dots alone.
  [[nodiscard]] static result<ShortCode> parse_imported(std::string_view text);

  /// Whether `text` has the shape of any code, imported or not; for the redirect path, where the reason does
  /// not matter.
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
