#include "curt/access/key_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "curt/base/digest.hpp"

namespace curt::access {
namespace {

constexpr std::string_view kPrefix = "curt_";
constexpr std::size_t kSecretLength = 43;  // 62^43 > 2^256
constexpr std::size_t kIdAt = kPrefix.size();
constexpr std::size_t kSecretAt = kIdAt + KeyId::kLength + 1;
constexpr std::size_t kTextLength = kSecretAt + kSecretLength;

constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Fills `text` with characters that are drawn evenly: bytes beyond the largest multiple of 62 are drawn
/// again.
void draw(std::span<char> text, RandomSource& random) {
  constexpr unsigned kEven = 256 - 256 % 62;
  std::array<std::byte, 64> bytes{};
  std::size_t used = bytes.size();
  for (char& c : text) {
    unsigned drawn = kEven;
    while (drawn >= kEven) {
      if (used == bytes.size()) {
        random.fill(bytes);
        used = 0;
      }
      drawn = std::to_integer<unsigned>(bytes[used++]);
    }
    c = kDigits[drawn % 62];
  }
  wipe({reinterpret_cast<char*>(bytes.data()), bytes.size()});
}

SecretHash hash_of(std::string_view secret) {
  const SecretHash hash = sha256(secret);
  wipe_stack();
  return hash;
}

}  // namespace

KeyText make_key_text(KeyId id, RandomSource& random) {
  SecretText text{kTextLength};
  const std::span<char> bytes = text.bytes();
  std::copy(kPrefix.begin(), kPrefix.end(), bytes.begin());
  const std::string_view name = id.view();
  std::copy(name.begin(), name.end(), bytes.begin() + kIdAt);
  bytes[kSecretAt - 1] = '_';
  draw(bytes.subspan(kSecretAt), random);
  const SecretHash secret = hash_of(text.view().substr(kSecretAt));
  return {id, secret, std::move(text)};
}

KeyText make_key_text(RandomSource& random) {
  std::array<char, KeyId::kLength> id{};
  draw(id, random);
  return make_key_text(KeyId::from_valid({id.data(), id.size()}), random);
}

std::optional<KeyParts> parse_key_text(std::string_view text) {
  if (text.size() != kTextLength || !text.starts_with(kPrefix) || text[kSecretAt - 1] != '_')
    return std::nullopt;
  const auto id = KeyId::parse(text.substr(kIdAt, KeyId::kLength));
  const std::string_view secret = text.substr(kSecretAt);
  if (!id || !std::all_of(secret.begin(), secret.end(), is_base62)) return std::nullopt;
  return KeyParts{*id, hash_of(secret)};
}

std::string_view before_secret(std::string_view text) noexcept {
  for (std::size_t at = 0; (at = text.find(kPrefix, at)) != std::string_view::npos; at += kPrefix.size()) {
    const std::string_view key = text.substr(at, kTextLength);
    if (key.size() == kTextLength && key[kSecretAt - 1] == '_' &&
        std::all_of(key.begin() + kSecretAt, key.end(), is_base62)) {
      return text.substr(0, at + kSecretAt);
    }
  }
  return text;
}

}  // namespace curt::access
