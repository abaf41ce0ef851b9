#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "curt/base/random.hpp"

namespace curt::visits {

/// The name of one run of a process that takes visits: 128 random bits, unique without coordination.
struct EpochId {
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] static EpochId make(RandomSource& random);

  /// Reads what str() wrote; nothing if it is something else.
  [[nodiscard]] static std::optional<EpochId> parse(std::string_view text);

  /// 32 hexadecimal digits in lower case.
  [[nodiscard]] std::string str() const;

  friend auto operator<=>(const EpochId&, const EpochId&) = default;
};

}  // namespace curt::visits
