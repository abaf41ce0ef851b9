#pragma once

#include <array>

namespace curt {

/// What a code that is made here may have: `A-Z a-z 0-9 - _`.
inline constexpr std::array<bool, 256> kMadeHere = [] {
  std::array<bool, 256> allowed{};
  for (unsigned char c = '0'; c <= '9'; ++c) allowed[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) allowed[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) allowed[c] = true;
  allowed['-'] = allowed['_'] = true;
  return allowed;
}();

/// What any code may have of ASCII: the unreserved characters of a URL (RFC 3986, section 2.3).
inline constexpr std::array<bool, 256> kUnreserved = [] {
  std::array<bool, 256> allowed = kMadeHere;
  allowed['.'] = allowed['~'] = true;
  return allowed;
}();

}  // namespace curt
