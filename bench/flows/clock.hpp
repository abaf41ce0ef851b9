#pragma once

#include <chrono>

namespace flows {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

}  // namespace flows
