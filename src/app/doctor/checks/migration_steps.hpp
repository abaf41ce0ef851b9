#pragma once

#include <string>

#include "curt/store/migration.hpp"

namespace curt::app {

/// The names of the steps, with commas between.
[[nodiscard]] inline std::string names_of_steps(const store::MigrationReport& report) {
  std::string names;
  for (const auto& step : report.steps) {
    if (!names.empty()) names += ", ";
    names += step.name;
  }
  return names;
}

}  // namespace curt::app
