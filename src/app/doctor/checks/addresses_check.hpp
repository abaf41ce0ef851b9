#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "curt/app/settings/settings.hpp"

#include "app/doctor/finding.hpp"

namespace curt::app {

/// Who answers GET /health at an address.
struct Answerer {
  enum class Kind : std::uint8_t {
    unknown,  ///< nobody, or another program
    serve,    ///< `curt serve`, as its components show
    worker,   ///< another command of curt
  };

  Kind kind = Kind::unknown;
  std::string state;  ///< a curt's version and status
};

/// What came of an attempt to listen somewhere.
struct AddressFacts {
  ListenAddress address;
  int error = 0;  ///< errno of bind(2); 0: nobody listens there
  Answerer other;
};

/// Tries to bind, without listening, and asks who is there if somebody is. Blocks for `timeout` at most.
[[nodiscard]] AddressFacts try_address(const ListenAddress& address, std::chrono::milliseconds timeout);

/// Whether it can be listened on, as the setting of this variable says. An answerer of the kind `own` counts
/// as a process of this service, which may go on; `unknown`: none runs.
void judge_address(const AddressFacts& facts, std::string_view variable, Answerer::Kind own,
                   Findings& findings);

/// Who reaches the service, whether keys are asked for, and whether the settings about that fit together.
void judge_reach(const Settings& settings, Findings& findings);

/// All of it.
void check_addresses(const Settings& settings, Findings& findings);

}  // namespace curt::app
