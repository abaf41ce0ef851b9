#pragma once

#include <cstdint>
#include <string>

#include "app/doctor/check_up.hpp"

namespace curt::app {

enum class Colours : std::uint8_t { off, on };

/// The findings for people: a line each with its mark, what to do below it, and at the end whether `curt
/// serve` would start or runs.
[[nodiscard]] std::string to_text(const CheckUp& found, Colours colours);

/// The report for scripts, one JSON object on one line. "would_start" is false where it runs already, or
/// where that could not be told.
[[nodiscard]] std::string to_json(const CheckUp& found);

}  // namespace curt::app
