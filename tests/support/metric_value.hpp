#pragma once

#include <string>

#include "curt/base/metrics.hpp"

namespace curt::test {

/// The value of a series, such as `name{label="value"}`, as /metrics shows it; empty if it is not there.
[[nodiscard]] inline std::string metric_value(const Metrics& metrics, const std::string& series) {
  const std::string text = "\n" + metrics.to_text();
  const auto at = text.find("\n" + series + " ");
  if (at == std::string::npos) return {};
  const auto begin = at + series.size() + 2;
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace curt::test
