#include "curt/links/code_generator.hpp"

#include <array>
#include <string>
#include <string_view>

namespace curt::links {
namespace {

constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Bytes from here on are thrown away, so that every character is as likely as any other: 248 = 4 * 62.
constexpr unsigned kFair = 256 / 62 * 62;

}  // namespace

ShortCode CodeGenerator::generate(std::size_t length) const {
  std::array<char, ShortCode::kMaxLength> text{};
  std::array<std::byte, 16> bytes{};
  std::size_t made = 0;
  while (made < length) {
    random_.fill(bytes);
    for (const std::byte byte : bytes) {
      const auto drawn = std::to_integer<unsigned>(byte);
      if (drawn < kFair && made < length) text[made++] = kBase62[drawn % kBase62.size()];
    }
  }
  return ShortCode::from_valid({text.data(), length});
}

}  // namespace curt::links
