#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "curt/base/logging.hpp"

namespace curt::log {

/// The part of an event's line that follows its time: as JSON the rest of the object without its last brace,
/// as text all of it. Takes at most `most` bytes, the longest texts being cut for that and ended by "…"; only
/// where the names and numbers alone take more, it is longer.
[[nodiscard]] std::string log_event(Format format, Level level, std::string_view message, Fields fields,
                                    std::size_t most);

}  // namespace curt::log
