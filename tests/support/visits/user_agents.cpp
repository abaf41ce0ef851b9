#include "support/visits/user_agents.hpp"

#include <fstream>

#include "support/paths.hpp"

namespace curt::test {

std::vector<UserAgent> user_agents(std::string_view file) {
  std::ifstream in{test_data_dir() + "/agents/" + std::string{file}};
  std::vector<UserAgent> agents;
  std::string kind;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == '[' && line.back() == ']') {
      kind = line.substr(1, line.size() - 2);
    } else {
      agents.push_back({line, kind});
    }
  }
  return agents;
}

}  // namespace curt::test
