#pragma once

#include <string_view>

#include "curt/base/enum_names.hpp"

namespace flows {

/// What a visitor does. A redirect of a campaign's own link is a step by itself.
enum class Step { create, redirect, campaign, statistics };

inline constexpr std::size_t kSteps = 4;
inline constexpr curt::EnumNames<Step, Step::statistics> kStepNames{{Step::create, "create"},
                                                                    {Step::redirect, "redirect"},
                                                                    {Step::campaign, "campaign"},
                                                                    {Step::statistics, "statistics"}};

/// Why there is no whole answer.
enum class Fault {
  none,
  refused,     ///< nobody listens
  no_port,     ///< this program has no local port left: its own trouble
  no_connect,  ///< another failure to connect
  reset,       ///< the connection was reset before the first byte of the answer
  closed,      ///< the connection ended before the first byte of the answer
  cut,         ///< it ended within the answer
  timeout,
  malformed  ///< what came is no HTTP
};

inline constexpr curt::EnumNames<Fault, Fault::malformed> kFaultNames{
    {Fault::none, "none"},
    {Fault::refused, "connect refused"},
    {Fault::no_port, "no local port left"},
    {Fault::no_connect, "connect failed"},
    {Fault::reset, "reset"},
    {Fault::closed, "closed without an answer"},
    {Fault::cut, "cut within the answer"},
    {Fault::timeout, "timeout"},
    {Fault::malformed, "no HTTP"}};

}  // namespace flows
