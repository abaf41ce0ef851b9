#include "app/commands/complain.hpp"

#include <cstdio>
#include <string>

#include "curt/base/json_string.hpp"

namespace curt::app {

void complain(std::string_view command, std::string_view text) {
  std::string line = "curt ";
  line += command;
  line += ": ";
  log::append_terminal_safe(line, text);
  line += '\n';
  std::fputs(line.c_str(), stderr);
}

}  // namespace curt::app
