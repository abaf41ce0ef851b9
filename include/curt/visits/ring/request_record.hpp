#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "curt/base/timestamp.hpp"

namespace curt::visits {

// What a record in the ring is for: bits, as one record may be for both.
inline constexpr std::uint8_t kVisit = 1;       ///< a visitor followed a link
inline constexpr std::uint8_t kAccessLine = 2;  ///< a line of the access log
/// With kVisit: the visitor asked not to be tracked, so that only counts are kept.
inline constexpr std::uint8_t kPrivate = 4;
/// With kVisit: the request was no GET, so that its user agent does not say whether a bot visits.
inline constexpr std::uint8_t kUnjudged = 8;

/// One answered request, on its way into a ring and out of it. The texts are views: into the request when it
/// goes in, into the ring when it comes out. Texts longer than these limits are cut.
struct RequestRecord {
  static constexpr std::size_t kMaxCode = 64;
  static constexpr std::size_t kMaxClient = 46;
  static constexpr std::size_t kMaxRequestId = 64;
  static constexpr std::size_t kMaxPath = 320;
  static constexpr std::size_t kMaxReferrer = 224;
  static constexpr std::size_t kMaxUserAgent = 240;
  static constexpr std::size_t kKeyLength = 12;

  Timestamp at;
  std::int64_t version = 0;  ///< the link's
  std::uint32_t microseconds = 0;
  std::uint32_t bytes = 0;  ///< sent, with headers
  std::uint16_t status = 0;
  std::uint8_t use = 0;     ///< bits: kVisit, kAccessLine, kPrivate, kUnjudged
  std::uint8_t method = 0;  ///< an index into the names that the reader has
  std::uint8_t route = 0;   ///< an index like `method`
  std::string_view code;    ///< empty unless it is a visit
  std::string_view client;  ///< the client's address as text
  std::string_view request_id;
  std::string_view path;
  std::string_view referrer;
  std::string_view user_agent;
  std::string_view key;  ///< the id of the key that the request came with; empty without one
};

}  // namespace curt::visits
