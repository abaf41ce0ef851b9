#include "curt/domain/short_code.hpp"

#include <algorithm>

#include <fmt/format.h>
#define XXH_INLINE_ALL  // a call costs as much as the hash of a short text
#include <xxhash.h>

#include "curt/base/random.hpp"

namespace curt {
namespace {

constexpr std::array<bool, 256> kAlphabet = [] {
  std::array<bool, 256> allowed{};
  for (unsigned char c = '0'; c <= '9'; ++c) allowed[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) allowed[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) allowed[c] = true;
  allowed['-'] = allowed['_'] = true;
  return allowed;
}();

bool in_alphabet(char c) noexcept { return kAlphabet[static_cast<unsigned char>(c)]; }

}  // namespace

bool ShortCode::is_valid(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMaxLength && std::all_of(text.begin(), text.end(), in_alphabet);
}

result<ShortCode> ShortCode::parse(std::string_view text) {
  if (text.empty()) return invalid_field("alias", "must not be empty");
  if (text.size() > kMaxLength) {
    return invalid_field("alias",
                         fmt::format("has {} characters, at most {} are allowed", text.size(), kMaxLength));
  }
  if (!is_valid(text)) {
    return invalid_field("alias", "may only contain letters A-Z and a-z, digits, '-' and '_'");
  }
  return from_valid(text);
}

ShortCode ShortCode::from_valid(std::string_view text) noexcept {
  ShortCode code;
  code.length_ = static_cast<std::uint8_t>(std::min(text.size(), kMaxLength));
  std::copy_n(text.begin(), code.length_, code.text_.begin());
  return code;
}

std::size_t hash_of(const ShortCode& code) noexcept {
  static const std::uint64_t seed = FastRandom{}.next();
  const std::string_view text = code.view();
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

}  // namespace curt
