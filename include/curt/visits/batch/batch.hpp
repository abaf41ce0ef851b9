#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/base/timestamp.hpp"
#include "curt/domain/short_code.hpp"
#include "curt/visits/batch/epoch_id.hpp"

namespace curt::visits {

/// Names a batch forever: the positions [first, first + positions) of one ring of one epoch. Batches of a
/// ring come in the order of their positions and never overlap; positions without a visit may lie between
/// them.
struct BatchId {
  EpochId epoch;
  std::uint16_t ring = 0;
  std::uint64_t first = 0;
  std::uint32_t positions = 0;  ///< how many

  /// The position after the last one.
  [[nodiscard]] std::uint64_t end() const noexcept { return first + positions; }

  /// "<epoch>-<ring>-<first>-<positions>", for logs.
  [[nodiscard]] std::string str() const;

  friend auto operator<=>(const BatchId&, const BatchId&) = default;
};

/// How often a link was visited in one hour.
struct VisitCount {
  ShortCode code;
  std::int64_t hour = 0;  ///< hours since 1970, UTC
  std::uint32_t humans = 0;
  std::uint32_t bots = 0;

  friend bool operator==(const VisitCount&, const VisitCount&) = default;
};

/// One visit as it is kept for a number of days. Texts are empty where they are not known or not kept.
struct VisitDetail {
  ShortCode code;
  Timestamp at;
  std::int64_t version = 0;  ///< the version of the link that was followed
  bool bot = false;
  std::string address;  ///< truncated: IPv4 to /24, IPv6 to /48
  std::string referrer;
  std::string user_agent;

  friend bool operator==(const VisitDetail&, const VisitDetail&) = default;
};

/// Visits that are delivered together, from the spool to the database, and counted exactly once.
struct Batch {
  BatchId id;
  Timestamp begun_at;                ///< time of its first visit
  std::vector<VisitCount> counts;    ///< every visit; in the order of code and hour, without repeats
  std::vector<VisitDetail> details;  ///< the visits that are kept one by one; may be none

  /// Visits in it.
  [[nodiscard]] std::uint64_t visits() const noexcept;

  friend bool operator==(const Batch&, const Batch&) = default;
};

/// A batch as bytes, for the spool and for the stream. The counts are complete without the details, so that
/// these can be given up alone.
struct EncodedBatch {
  BatchId id;
  Timestamp begun_at;
  std::uint32_t visits = 0;
  std::string encoded_counts;   ///< with id, begun_at and a checksum
  std::string encoded_details;  ///< with id and a checksum; empty for none
};

[[nodiscard]] EncodedBatch encode(const Batch& batch);

/// What an encoded batch says of itself before its counts.
struct BatchHead {
  BatchId id;
  Timestamp begun_at;
  std::uint32_t visits = 0;
};

/// Reads id, time and number of visits of encoded counts, with the checksum checked; nothing if they are not
/// what encode() makes.
[[nodiscard]] std::optional<BatchHead> decode_head(std::string_view counts);

/// Reads a batch back; nothing if the bytes are not what encode() makes, or the details belong to another
/// batch. Empty `details` give a batch without them.
[[nodiscard]] std::optional<Batch> decode(std::string_view counts, std::string_view details);

}  // namespace curt::visits
