#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace curt::app {

/// What a link is read from: a line, a row of a table, which may have line breaks, or a JSON object.
struct RawRecord {
  static constexpr std::size_t kMaxSize = std::size_t{64} * 1024;  ///< bytes of a line or a row

  std::uint64_t line = 0;  ///< where it begins; the first one is 1
  std::string text;        ///< as it was, without the line end
  bool cut = false;        ///< it was longer than kMaxSize, and the rest is lost

  friend bool operator==(const RawRecord&, const RawRecord&) = default;
};

}  // namespace curt::app
