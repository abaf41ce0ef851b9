#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace curt::test {

struct UserAgent {
  std::string text;
  std::string kind;  ///< the heading in brackets above it; empty in files without
};

/// The user agents of a file of tests/data/agents.
[[nodiscard]] std::vector<UserAgent> user_agents(std::string_view file);

}  // namespace curt::test
