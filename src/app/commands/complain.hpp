#pragma once

#include <string_view>

namespace curt::app {

/// Writes "curt COMMAND: TEXT" as a line to the standard error. What a terminal would obey is escaped: the
/// text may come from a server.
void complain(std::string_view command, std::string_view text);

}  // namespace curt::app
