#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "curt/app/settings/settings.hpp"

#include "app/doctor/finding.hpp"

namespace curt::app {

/// What can be told of the machine, the container, and as whom this process runs.
struct MachineFacts {
  unsigned cores = 1;                          ///< those that this process may use
  std::optional<double> core_quota;            ///< the limit of its cgroup; nothing: none
  std::uint64_t memory = 0;                    ///< bytes; the cgroup's where that has less than the machine
  std::optional<bool> has_synchronised_clock;  ///< nothing: the kernel does not tell
  bool has_time_zones = false;
  std::string container;  ///< what shows that this is one; empty: nothing
  bool is_kubernetes = false;
  bool is_root = false;
};

[[nodiscard]] MachineFacts gather_machine_facts();

void judge_machine(const Settings& settings, const MachineFacts& facts, Findings& findings);

}  // namespace curt::app
