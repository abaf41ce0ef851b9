#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "curt/app/settings/settings.hpp"

#include "app/doctor/finding.hpp"

namespace curt::app {

/// Who answers GET /health at an address.
struct Answerer {
  enum class Kind : std::uint8_t {
    unknown,  ///< nobody, or another program
    serve,    ///< `curt serve`, as its components show
    other,    ///< another command of curt: a worker
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

/// Whether processes of this service run, as their visits in its data folder show.
enum class OwnInstances : std::uint8_t { none, some };

/// Whether it can be listened on. A `curt serve` that listens there is this service's if it has any.
void judge_address(const AddressFacts& facts, OwnInstances own, Findings& findings);

/// Who reaches the service, and whether the settings about that fit together.
void judge_reach(const Settings& settings, Findings& findings);

/// All of it.
void check_addresses(const Settings& settings, Findings& findings);

}  // namespace curt::app
