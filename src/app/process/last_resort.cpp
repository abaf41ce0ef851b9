#include "app/process/last_resort.hpp"

#include <thread>

#include <unistd.h>

#include "curt/base/logging.hpp"

namespace curt::app {

void end_process_after(std::chrono::milliseconds time, int status) {
  std::thread{[time, status] {
    std::this_thread::sleep_for(time);
    log::warn("stopped before all was done that stopping takes", {{"milliseconds", time.count()}});
    ::_exit(status);
  }}.detach();
}

}  // namespace curt::app
