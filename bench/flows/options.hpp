#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "flows/wire/address.hpp"

namespace flows {

enum class Mode { mix, campaign, steady };

/// What the command line asks for; every value is within its bounds.
struct Options {
  Mode mode = Mode::mix;
  std::string url;
  Address base;
  std::array<double, 3> weights{};  ///< of creates, redirects, statistics
  std::size_t connections = 64;
  double new_connections = 0;  ///< the part of the requests that open a connection of their own
  double rate = 0;             ///< requests a second; 0: each connection sends as soon as it has its answer
  double ramp = 0;             ///< campaign: seconds from nothing to its whole share
  double seconds = 0;
  std::uint64_t requests = 0;  ///< 0: as many as fit into the time
  std::size_t links = 0;       ///< links that are made before the clock starts
  double bots = 0;             ///< the part of the visitors that are bots
  std::uint32_t clients = 0;   ///< addresses in X-Forwarded-For; 0: no such header
  std::chrono::milliseconds timeout{};
  std::chrono::seconds settle{};  ///< how long visits are waited for afterwards
  bool compare_visits = true;
  std::string key;  ///< an API key, or nothing
  std::vector<Address> metrics;
  std::vector<pid_t> processes;
  std::string json_file;
  bool timeline = false;
};

/// Why the program ends before it began: help, or a wrong line.
struct Exit {
  int status = 0;
};

[[nodiscard]] std::string_view name_of(Mode mode);

/// Prints what is wrong, or the help, where there are no options.
[[nodiscard]] std::optional<Options> parse_options(int argc, char** argv, Exit& exit);

}  // namespace flows
