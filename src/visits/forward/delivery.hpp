#pragma once

#include <cstdint>
#include <string>

namespace curt::visits {

/// How one attempt to deliver batches went.
struct Delivery {
  enum class Outcome : std::uint8_t {
    some,     ///< batches were delivered, and there may be more
    nothing,  ///< nothing waits, or the stream has no room for it now
    failed,   ///< the database or the stream did not take them
  };

  Outcome outcome = Outcome::nothing;
  std::string reason;  ///< why it failed
};

}  // namespace curt::visits
