#include "app/process/process_metrics.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "curt/base/logging.hpp"

#include "app/process/open_files.hpp"

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

double max_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

prometheus::MetricFamily family(const char* name, const char* help, prometheus::MetricType type,
                                double value) {
  prometheus::ClientMetric metric;
  (type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return {name, help, type, {std::move(metric)}};
}

}  // namespace

void add_process_metrics(Metrics& metrics) {
  metrics.gauge_from("curt_build_info", "Always 1; the labels say what runs.", [] { return 1.0; },
                     {{"version", CURT_VERSION}, {"compiler", __VERSION__}});
  metrics.gauge_from("process_max_fds", "Most file descriptors that may be open.", max_files);
  const double started = boot_time() + read_stat().start_seconds;
  metrics.gauge_from("process_start_time_seconds", "Start of the process, in seconds since 1970.",
                     [started] { return started; });
  metrics.counter_from("curt_log_lines_lost_total", "Log lines lost because nobody read the output.",
                       [] { return static_cast<double>(log::lost()); });
  metrics.add_source([](std::vector<prometheus::MetricFamily>& all) {
    const ProcStat stat = read_stat();  // once a scrape, for all of them
    all.push_back(family("process_cpu_seconds_total", "User and system CPU time.",
                         prometheus::MetricType::Counter, stat.cpu_seconds));
    all.push_back(family("process_resident_memory_bytes", "Resident memory.", prometheus::MetricType::Gauge,
                         stat.resident_bytes));
    all.push_back(family("process_virtual_memory_bytes", "Virtual memory.", prometheus::MetricType::Gauge,
                         stat.virtual_bytes));
    all.push_back(
        family("process_threads", "Threads of the process.", prometheus::MetricType::Gauge, stat.threads));
  });
}

void add_open_files(Metrics& metrics, Gauge connections) {
  auto files = std::make_shared<OpenFiles>(
      [connections] { return static_cast<std::size_t>(std::max<std::int64_t>(connections.value(), 0)); });
  metrics.gauge_from("process_open_fds", "Open file descriptors.",
                     [files] { return static_cast<double>(files->count()); });
}

}  // namespace curt::app
