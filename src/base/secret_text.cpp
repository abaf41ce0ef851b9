#include "curt/base/secret_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/crypto.h>

namespace curt {

void wipe(std::span<char> bytes) noexcept {
  if (!bytes.empty()) OPENSSL_cleanse(bytes.data(), bytes.size());
}

[[gnu::noinline]] void wipe_stack() noexcept {
  constexpr std::size_t kDeep = 2048;  // more than a hash of OpenSSL takes
  std::array<char, kDeep> stack;       // NOLINT(cppcoreguidelines-pro-type-member-init)
  wipe(stack);
}

SecretText::SecretText(std::string_view text) : SecretText(text.size()) {
  std::copy(text.begin(), text.end(), bytes_.get());
}

SecretText::SecretText(SecretText&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  if (this == &other) return *this;
  wipe(bytes());
  bytes_ = std::move(other.bytes_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

}  // namespace curt
