#include "support/servers/haproxy_server.hpp"

#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

#include "support/servers/server_process.hpp"

namespace curt::test {
namespace {

/// One process in the foreground, which needs nothing of the machine's own HAProxy.
constexpr const char* kConfiguration = R"(
defaults
  mode http
  timeout connect 10s
  timeout client 60s
  timeout server 60s
  http-reuse always

frontend clients
  bind 127.0.0.1:{0}
  {2}
  default_backend curt

backend curt
  server curt 127.0.0.1:{1}
)";

}  // namespace

HaproxyServer::HaproxyServer(std::uint16_t upstream, std::string_view directives) {
  give_to_ordinary_user(folder_.path());
  start_on_free_port([&](std::uint16_t port) {
    port_ = port;
    const std::string file = folder_.path().string() + "/haproxy.cfg";
    std::ofstream{file} << fmt::format(kConfiguration, port, upstream, directives);
    process_ = std::make_unique<ChildProcess>(as_ordinary_user({"/usr/sbin/haproxy", "-db", "-f", file}),
                                              ChildOptions{.folder = folder_.path()});
    const auto answers = [&] {
      if (!process_->is_running())
        throw std::runtime_error{"haproxy does not start: " + process_->standard_error()};
      return takes_connections(port);
    };
    require_soon(answers, "haproxy takes no connections");
  });
}

}  // namespace curt::test
