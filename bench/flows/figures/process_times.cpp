#include "flows/figures/process_times.hpp"

#include <fstream>
#include <iterator>
#include <sstream>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

namespace flows {

namespace {

std::string contents(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

}  // namespace

std::optional<double> cpu_seconds(pid_t process) {
  const std::string stat = contents(fmt::format("/proc/{}/stat", process));
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  // After the name in parentheses: state, and then numbers from the 4th field on; utime, stime, cutime and
  // cstime are 14 to 17.
  std::istringstream fields{stat.substr(name_end + 1)};
  std::string state;
  fields >> state;
  double ticks = 0;
  for (int field = 4; field <= 17; ++field) {
    double value = 0;
    fields >> value;
    if (field >= 14) ticks += value;
  }
  double seconds = ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  std::istringstream children{contents(fmt::format("/proc/{0}/task/{0}/children", process))};
  for (pid_t child = 0; children >> child;) seconds += cpu_seconds(child).value_or(0);
  return seconds;
}

std::string name_of_process(pid_t process) {
  std::string name = contents(fmt::format("/proc/{}/comm", process));
  if (!name.empty()) name.pop_back();
  return name;
}

double own_cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace flows
