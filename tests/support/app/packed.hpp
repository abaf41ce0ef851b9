#pragma once

#include <string>
#include <string_view>

namespace curt::test {

/// The text as one member of gzip.
[[nodiscard]] std::string gzip(std::string_view text);

/// How the text becomes one frame of zstd.
struct ZstdOptions {
  int window_log = 0;  ///< 0: as libzstd likes
  bool checksum = true;
};

/// The text as one frame of zstd, which does not say how long it is.
[[nodiscard]] std::string zstd(std::string_view text, ZstdOptions options = {});

/// The text as UTF-16, without a byte order mark.
[[nodiscard]] std::string utf16_little(std::string_view text);
[[nodiscard]] std::string utf16_big(std::string_view text);

}  // namespace curt::test
