#include "app/doctor/checks/machine_check.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <sys/timex.h>
#include <unistd.h>

#include "curt/base/units.hpp"
#include "curt/visits/statistics/time_zone.hpp"

#include "app/doctor/amounts.hpp"
#include "app/folders/ring_place.hpp"
#include "app/wiring/options.hpp"

namespace curt::app {
namespace {

/// The folder of this process's cgroup as it is mounted in most places (cgroups(7), version 2).
std::string cgroup_folder() {
  std::ifstream file{"/proc/self/cgroup"};
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::")) return "/sys/fs/cgroup" + line.substr(3);
  }
  return "/sys/fs/cgroup";
}

std::optional<double> core_quota() {
  std::ifstream file{cgroup_folder() + "/cpu.max"};
  double quota = 0;
  double period = 0;
  if (!(file >> quota >> period) || period <= 0) return std::nullopt;  // "max 100000"
  return quota / period;
}

std::uint64_t memory() {
  const auto of_machine = static_cast<std::uint64_t>(std::max(::sysconf(_SC_PHYS_PAGES), 0L)) *
                          static_cast<std::uint64_t>(std::max(::sysconf(_SC_PAGESIZE), 0L));
  std::ifstream file{cgroup_folder() + "/memory.max"};
  std::uint64_t most = 0;
  return file >> most ? std::min(most, of_machine) : of_machine;  // "max"
}

std::optional<bool> has_synchronised_clock() {
  timex state{};  // asks only
  const int status = ::adjtimex(&state);
  if (status < 0) return std::nullopt;
  return status != TIME_ERROR;
}

/// Compares the time that an end may take with the patience of the supervisor, which kills after it.
void judge_end(const Settings& settings, const MachineFacts& facts, Findings& findings) {
  using std::chrono::seconds;
  struct Supervisor {
    const char* name;
    seconds patience;
    const char* knob;
  };
  Supervisor supervisor{"systemd", seconds{90}, "TimeoutStopSec="};
  if (facts.is_kubernetes) {
    supervisor = {"Kubernetes", seconds{30}, "terminationGracePeriodSeconds"};
  } else if (!facts.container.empty()) {
    supervisor = {"`docker stop`", seconds{10}, "stop_grace_period or --stop-timeout"};
  }
  // Beside requests and visits, connections are given up.
  constexpr seconds kRest{1};
  const Settings::Duration drain = settings.drain();
  const Settings::Duration longest = drain + settings.shutdown_timeout + kRest;
  if (longest <= supervisor.patience) return;
  const std::string with_drain =
      drain.count() == 0
          ? ""
          : fmt::format(", {} of it CURT_DRAIN_DELAY for load balancers", format_duration(drain));
  findings.note(
      fmt::format("an end may take {}{}, and {} kills after {} unless told otherwise",
                  format_duration(longest), with_drain, supervisor.name,
                  format_duration(supervisor.patience)),
      fmt::format(
          "raise {}, or lower {}CURT_SHUTDOWN_TIMEOUT; nothing is lost by a kill, but visits wait for "
          "the next start",
          supervisor.knob, drain.count() == 0 ? "" : "CURT_DRAIN_DELAY or "));
}

void judge_cores(const Settings& settings, const MachineFacts& facts, Findings& findings) {
  const std::size_t threads = server_options(settings).threads;
  const double usable = std::min(facts.core_quota.value_or(facts.cores), static_cast<double>(facts.cores));
  const std::string text = fmt::format("{} thread(s) answer requests, on {:.2g} core(s)", threads, usable);
  if (static_cast<double>(threads) > usable + 0.5) {
    findings.note(text, fmt::format("CURT_THREADS={:.0f} keeps them from waiting for each other",
                                    std::max(usable, 1.0)));
  } else {
    findings.ok(text);
  }
}

void judge_memory(const Settings& settings, const MachineFacts& facts, Findings& findings) {
  // An entry takes about a quarter more than is counted, a connection some KiB.
  constexpr std::uint64_t kConnection = 8U << 10U;
  const std::uint64_t wanted =
      settings.cache_bytes + settings.cache_bytes / 4 + settings.max_connections * kConnection;
  if (facts.memory == 0) return;
  const std::string text =
      fmt::format("cache and connections take up to {} of {} of memory", about(wanted), about(facts.memory));
  if (wanted > facts.memory / 4 * 3) {
    findings.warn(text, "lower CURT_CACHE_BYTES or CURT_MAX_CONNECTIONS");
  } else {
    findings.ok(text);
  }
}

}  // namespace

MachineFacts gather_machine_facts() {
  MachineFacts facts;
  facts.cores = std::max(std::thread::hardware_concurrency(), 1U);
  facts.core_quota = core_quota();
  facts.memory = memory();
  facts.has_synchronised_clock = has_synchronised_clock();
  facts.has_time_zones = visits::TimeZone::find("Europe/Berlin").has_value();
  facts.container = sign_of_container();
  facts.is_kubernetes = std::getenv("KUBERNETES_SERVICE_HOST") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  facts.is_root = ::geteuid() == 0;
  return facts;
}

void judge_machine(const Settings& settings, const MachineFacts& facts, Findings& findings) {
  if (facts.is_root) {
    findings.note("this runs as root, and curt needs no more than its folders",
                  "run it as a user of its own, with ports below 1024 left to a proxy");
  }
  if (!facts.container.empty()) findings.ok(fmt::format("this is a container: {}", facts.container));
  judge_cores(settings, facts, findings);
  judge_memory(settings, facts, findings);
  if (facts.has_synchronised_clock == false) {
    findings.note(
        "the kernel does not take its clock for synchronised",
        "chrony or systemd-timesyncd does it: visits are counted by the hour, links begin and end by it");
  }
  if (facts.has_time_zones) {
    findings.ok("the database of time zones is there");
  } else {
    findings.warn("the database of time zones is missing: statistics can be asked for in UTC only",
                  "apt-get install tzdata");
  }
  judge_end(settings, facts, findings);
}

}  // namespace curt::app
