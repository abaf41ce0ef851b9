#pragma once

#include <algorithm>
#include <string_view>

namespace curt {

/// Calls `take` for each line of a table that is built in, but for comments, which begin with #.
template <class Take>
void for_each_data_line(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.empty() && line.front() != '#') take(line);
  }
}

}  // namespace curt
