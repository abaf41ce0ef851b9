#pragma once

#include <chrono>
#include <string>

#include "curt/app/settings/settings.hpp"

#include "app/doctor/finding.hpp"

namespace curt::app {

/// What came of an attempt to listen somewhere.
struct AddressFacts {
  ListenAddress address;
  int error = 0;  ///< errno of bind(2); 0: nobody listens there
  std::string
      other;  ///< what answers /health there, if somebody does: a curt's status and version; empty: no curt
};

/// Tries to bind, without listening, and asks who is there if somebody is. Blocks for `timeout` at most.
[[nodiscard]] AddressFacts try_address(const ListenAddress& address, std::chrono::milliseconds timeout);

/// Whether it can be listened on.
void judge_address(const AddressFacts& facts, Findings& findings);

/// Who reaches the service, and whether the settings about that fit together.
void judge_reach(const Settings& settings, Findings& findings);

/// All of it.
void check_addresses(const Settings& settings, Findings& findings);

}  // namespace curt::app
