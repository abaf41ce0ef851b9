#pragma once

#include "curt/domain/error.hpp"

namespace curt::app {

/// From now on the first SIGINT or SIGTERM only asks the process to stop, and the next one ends it. SIGPIPE
/// is ignored. Gives a descriptor that can be read from once a stop is asked, until the process ends: poll()
/// on it beside another one misses no signal. unavailable where no descriptor is left. To be called once.
[[nodiscard]] result<int> ask_on_signals();

/// Whether a signal has asked the process to stop.
[[nodiscard]] bool is_stop_asked() noexcept;

}  // namespace curt::app
