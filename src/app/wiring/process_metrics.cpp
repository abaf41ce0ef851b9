#include "app/wiring/process_metrics.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include "curt/base/logging.hpp"

namespace curt::app {
namespace {

/// The fields of /proc/self/stat behind the command's name, which may hold anything (proc(5)).
struct ProcStat {
  double cpu_seconds = 0;
  double threads = 0;
  double start_seconds = 0;  ///< since boot
  double virtual_bytes = 0;
  double resident_bytes = 0;
};

ProcStat read_stat() {
  std::ifstream file{"/proc/self/stat"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  std::istringstream fields{text.substr(text.rfind(')') + 2)};
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  std::string skipped;
  const auto skip = [&](int count) {
    while (count-- > 0) fields >> skipped;
  };
  double user = 0;
  double system = 0;
  double resident_pages = 0;
  ProcStat stat;
  skip(11);  // state (3) to cmajflt (13)
  fields >> user >> system;
  skip(4);  // cutime (16) to nice (19)
  fields >> stat.threads;
  skip(1);  // itrealvalue (21)
  fields >> stat.start_seconds >> stat.virtual_bytes >> resident_pages;
  stat.cpu_seconds = (user + system) / ticks;
  stat.start_seconds /= ticks;
  stat.resident_bytes = resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
  return stat;
}

double boot_time() {
  std::ifstream file{"/proc/stat"};
  std::string word;
  double seconds = 0;
  while (file >> word) {
    if (word == "btime") file >> seconds;
  }
  return seconds;
}

double open_files() {
  std::error_code error;
  const std::filesystem::directory_iterator files{"/proc/self/fd", error};
  return static_cast<double>(std::distance(begin(files), end(files)));
}

double max_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

void add_process_metrics(Metrics& metrics) {
  metrics.gauge_from("curt_build_info", "Always 1; the labels say what runs.", [] { return 1.0; },
                     {{"version", CURT_VERSION}, {"compiler", __VERSION__}});
  metrics.counter_from("process_cpu_seconds_total", "User and system CPU time.",
                       [] { return read_stat().cpu_seconds; });
  metrics.gauge_from("process_resident_memory_bytes", "Resident memory.",
                     [] { return read_stat().resident_bytes; });
  metrics.gauge_from("process_virtual_memory_bytes", "Virtual memory.",
                     [] { return read_stat().virtual_bytes; });
  metrics.gauge_from("process_threads", "Threads of the process.", [] { return read_stat().threads; });
  metrics.gauge_from("process_open_fds", "Open file descriptors.", open_files);
  metrics.gauge_from("process_max_fds", "Most file descriptors that may be open.", max_files);
  const double started = boot_time() + read_stat().start_seconds;
  metrics.gauge_from("process_start_time_seconds", "Start of the process, in seconds since 1970.",
                     [started] { return started; });
  metrics.counter_from("curt_log_lines_lost_total", "Log lines lost because nobody read the output.",
                       [] { return static_cast<double>(log::lost()); });
}

}  // namespace curt::app
