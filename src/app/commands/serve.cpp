#include <cstdint>
#include <cstdio>
#include <string>

#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>

#include "curt/app/commands/commands.hpp"
#include "curt/base/logging.hpp"

#include "app/commands/complain.hpp"
#include "app/instance/instance.hpp"
#include "app/process/file_limit.hpp"
#include "app/process/last_resort.hpp"
#include "app/process/signals.hpp"
#include "app/wiring/host_lists.hpp"

namespace curt::app {
namespace {

/// Lets the process open as many files as it may; says when that is too few for the connections.
void raise_file_limit(std::size_t max_connections) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < files_wanted(max_connections)) {
    log::warn("fewer files may be open than max_connections needs",
              {{"max_connections", max_connections}, {"open_files", std::uint64_t{limit.rlim_cur}}});
  }
}

/// Has the memory of large answers given back to the system once they are written: by itself, glibc keeps
/// more and more of what was large once (mallopt(3)).
void give_large_buffers_back() {
  constexpr int kLarge = 64 * 1024;  // bytes
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread is there yet
  ::mallopt(M_MMAP_THRESHOLD, kLarge);
}

int refuse_to_start(const Error& why) {
  const std::string detail = why.log.empty() ? why.detail : fmt::format("{} ({})", why.detail, why.log);
  complain("serve", detail);
  return why.code == ErrorCode::invalid_value ? 2 : 1;  // a setting that only its part could judge
}

}  // namespace

int serve(const Settings& settings) {
  log::configure(settings.log_format, settings.log_level, log::Stream::out);
  give_large_buffers_back();
  StopSignals signals;
  for (const std::string& warning : settings.warnings) log::warn(warning);
  raise_file_limit(settings.max_connections);

  Instance instance{settings};
  if (const auto opened = instance.open(); !opened) {
    const int status = refuse_to_start(opened.error());
    end_process_after(kShortestEnd, status);
    return status;
  }
  if (signals.came_early()) {
    instance.abandon();
    return 0;
  }
  instance.start();
  if (names_lists(settings)) signals.at_hang_up([&instance] { instance.reload(); });
  signals.wait();
  signals.at_hang_up(nullptr);
  instance.stop();
  return instance.refused_schema() ? 1 : 0;
}

}  // namespace curt::app
