#pragma once

#include <string>

#include "app/doctor/finding.hpp"

namespace curt::test {

/// A line for each finding: "warning: text -> advice".
[[nodiscard]] inline std::string text_of(const app::Findings& findings) {
  std::string text;
  for (const app::Finding& finding : findings.so_far()) {
    constexpr const char* kNames[]{"ok", "note", "warning", "error"};
    text += std::string{kNames[static_cast<int>(finding.mark)]} + ": " + finding.text;
    if (!finding.advice.empty()) text += " -> " + finding.advice;
    text += '\n';
  }
  return text;
}

}  // namespace curt::test
