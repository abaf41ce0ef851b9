#pragma once

#include <cstdint>
#include <string>

namespace curt::visits {

/// How an attempt to hand batches on went.
enum class HandedOn : std::uint8_t {
  some,     ///< there may be more
  nothing,  ///< nothing waits, or there is no room for it now
  failed,   ///< what takes them is away
};

struct Handing {
  HandedOn outcome = HandedOn::nothing;
  std::string reason;  ///< why it failed
};

}  // namespace curt::visits
