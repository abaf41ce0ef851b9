#pragma once

#include <cstddef>
#include <istream>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "app/transfer/reading/decoded_input.hpp"

namespace curt::test {

/// What a DecodedInput gives of a file, and why it gives no more; empty if that is all.
struct Decoded {
  std::string text;
  std::string failure;
};

/// Decodes the file, which has `size` bytes, to its end.
[[nodiscard]] inline Decoded decode(std::istream& in, std::size_t size) {
  app::DecodedInput input{in};
  Decoded decoded;
  for (std::string_view there = input.available(); !there.empty(); there = input.available()) {
    EXPECT_LE(input.bytes_read(), size);
    decoded.text.append(there);
    input.consume(there.size());
  }
  decoded.failure = input.failure();
  if (decoded.failure.empty()) {
    EXPECT_EQ(input.bytes_read(), size);
  }
  return decoded;
}

[[nodiscard]] inline Decoded decode(const std::string& bytes) {
  std::istringstream in{bytes};
  return decode(in, bytes.size());
}

/// The text of a file that can be read to its end.
[[nodiscard]] inline std::string text_of(const std::string& bytes) {
  const Decoded decoded = decode(bytes);
  EXPECT_EQ(decoded.failure, "");
  return decoded.text;
}

[[nodiscard]] inline std::string failure_of(const std::string& bytes) { return decode(bytes).failure; }

/// A table of this many lines below its header, with characters of one to four bytes.
[[nodiscard]] inline std::string table(std::size_t lines) {
  std::string text = "code,url,title\r\n";
  for (std::size_t i = 0; i < lines; ++i) {
    text +=
        "c" + std::to_string(i) + ",https://example.com/" + std::to_string(i * 7919) + ",\"Grüße 日本 😀\"\n";
  }
  return text;
}

}  // namespace curt::test
