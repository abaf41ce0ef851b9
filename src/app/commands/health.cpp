#include <cstdio>
#include <iostream>

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include "curt/app/commands/commands.hpp"

#include "app/commands/complain.hpp"
#include "app/wiring/health_probe.hpp"

namespace curt::app {

int health(const HealthCommand& command) {
  constexpr unsigned kOk = 200;
  const auto url = boost::urls::parse_uri(command.url);
  if (!url || url->scheme_id() != boost::urls::scheme::http) {
    complain("health", fmt::format("\"{}\" is not an http URL", command.url));
    return 2;
  }
  const auto answer = ask_health(*url, command.timeout);
  if (!answer) {
    complain("health", fmt::format("no answer from {}: {}", command.url, answer.error().message()));
    return 1;
  }
  std::cout << answer->body;
  return answer->status == kOk ? 0 : 1;
}

}  // namespace curt::app
