#pragma once

#include <functional>
#include <string_view>

namespace curt::visits {

/// Whether a User-Agent is a bot's. Called for every visit, by one thread.
using IsBot = std::function<bool(std::string_view user_agent)>;

}  // namespace curt::visits
