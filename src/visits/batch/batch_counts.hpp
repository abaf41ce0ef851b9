#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "curt/visits/batch/batch.hpp"

namespace curt::visits {

/// Encodes counts in the order of code and hour, which add up to `visits`.
[[nodiscard]] std::string encode_counts(const BatchId& id, Timestamp begun_at, std::uint32_t visits,
                                        std::span<const VisitCount* const> counts);

/// Reads a batch without its details; nothing if the bytes are not what encode_counts() makes.
[[nodiscard]] std::optional<Batch> decode_counts(std::string_view bytes);

}  // namespace curt::visits
