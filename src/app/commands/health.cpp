#include <cstdio>
#include <iostream>

#include <boost/url/parse.hpp>

#include "curt/app/commands/commands.hpp"

#include "app/wiring/health_probe.hpp"

namespace curt::app {

int health(const HealthCommand& command) {
  constexpr unsigned kOk = 200;
  const auto url = boost::urls::parse_uri(command.url);
  if (!url || url->scheme_id() != boost::urls::scheme::http) {
    std::fprintf(stderr, "curt health: \"%s\" is not an http URL\n", command.url.c_str());
    return 2;
  }
  const auto answer = ask_health(*url, command.timeout);
  if (!answer) {
    std::fprintf(stderr, "curt health: no answer from %s: %s\n", command.url.c_str(),
                 answer.error().message().c_str());
    return 1;
  }
  std::cout << answer->body;
  return answer->status == kOk ? 0 : 1;
}

}  // namespace curt::app
