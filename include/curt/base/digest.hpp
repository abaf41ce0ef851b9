#pragma once

#include <array>
#include <string>
#include <string_view>

namespace curt {

/// SHA-256 of the bytes. Allocates nothing after the thread's first call, and leaves none of the bytes behind
/// in what OpenSSL keeps. Throws std::runtime_error where the library cannot.
[[nodiscard]] std::array<unsigned char, 32> sha256(std::string_view bytes);

/// SHA-256 of the bytes, as 64 hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace curt
