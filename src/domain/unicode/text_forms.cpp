#include "curt/domain/unicode/text_forms.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <new>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "domain/unicode/characters.hpp"

namespace curt::unicode {
namespace {

/// Texts of this many bytes need no allocation of ours. A code's longest form has 192.
constexpr std::size_t kUsual = 256;

const std::uint8_t* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

bool is_well_formed(std::string_view text) noexcept {
  return u8_check(bytes_of(text), text.size()) == nullptr;
}

/// What a function of libunistring made: in the buffer that it was given, or in memory of its own.
class Made {
 public:
  template <class Make>
  explicit Made(Make make) noexcept {
    // In the body, as clang takes the array for uninitialised in the list.
    data_ = make(usual_.data(), &size_);  // NOLINT(cppcoreguidelines-prefer-member-initializer)
  }
  ~Made() {
    if (data_ != usual_.data()) std::free(data_);  // NOLINT(cppcoreguidelines-no-malloc)
  }
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;

  /// Nothing where there is no memory.
  [[nodiscard]] std::optional<std::string_view> text() const noexcept {
    if (data_ == nullptr) return std::nullopt;
    return std::string_view{reinterpret_cast<const char*>(data_), size_};
  }

 private:
  std::array<std::uint8_t, kUsual> usual_{};
  std::size_t size_ = kUsual;
  std::uint8_t* data_ = nullptr;
};

bool is_ascii(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return c >= 0; });
}

bool is_blank(char32_t c) noexcept {
  constexpr std::array<char32_t, 6> kInvisible{0x180e, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff};
  return c <= U' ' || uc_is_property_white_space(c) || std::ranges::find(kInvisible, c) != kInvisible.end();
}

Made form_c_of(std::string_view text) noexcept {
  return Made{[text](std::uint8_t* buffer, std::size_t* size) {
    return u8_normalize(UNINORM_NFC, bytes_of(text), text.size(), buffer, size);
  }};
}

}  // namespace

std::optional<std::string> in_form_c(std::string_view text) {
  if (text.empty()) return std::string{};
  if (!is_well_formed(text)) return std::nullopt;
  const Made made = form_c_of(text);
  if (!made.text()) throw std::bad_alloc{};
  return std::string{*made.text()};
}

bool is_in_form_c(std::string_view text) noexcept {
  return text.empty() || (is_well_formed(text) && form_c_of(text).text() == text);
}

std::string folded(std::string_view text) {
  if (is_ascii(text)) {
    std::string lower{text};
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
  }
  if (!is_well_formed(text)) return std::string{text};
  const Made made{[text](std::uint8_t* buffer, std::size_t* size) {
    return u8_casefold(bytes_of(text), text.size(), nullptr, UNINORM_NFKC, buffer, size);
  }};
  if (!made.text()) throw std::bad_alloc{};
  return std::string{*made.text()};
}

std::string_view without_blanks(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto first = first_character(text);
    if (!first || !is_blank(first->code_point)) break;
    text.remove_prefix(first->size);
  }
  while (!text.empty()) {
    std::size_t begin = text.size() - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xc0U) == 0x80U) --begin;
    const auto last = first_character(text.substr(begin));
    if (!last || begin + last->size != text.size() || !is_blank(last->code_point)) break;
    text.remove_suffix(last->size);
  }
  return text;
}

}  // namespace curt::unicode
