#pragma once

#include <exception>

namespace curt {

/// How a coroutine ends that the process cannot do without. A core that never accepts again, or never times
/// out, seems to live and does not: what such a coroutine throws ends the process, so that whatever
/// supervises it starts another.
inline void end_process_if_failed(const std::exception_ptr& failure) noexcept {
  if (failure) std::rethrow_exception(failure);  // out of a noexcept function: std::terminate() names it
}

}  // namespace curt
