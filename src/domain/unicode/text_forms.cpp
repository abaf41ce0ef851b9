#include "curt/domain/unicode/text_forms.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <new>

#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

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
  if (is_ascii(text) || !is_well_formed(text)) {
    std::string lower{text};
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
  }
  const Made made{[text](std::uint8_t* buffer, std::size_t* size) {
    return u8_casefold(bytes_of(text), text.size(), nullptr, UNINORM_NFKC, buffer, size);
  }};
  if (!made.text()) throw std::bad_alloc{};
  return std::string{*made.text()};
}

}  // namespace curt::unicode
