#include "support/servers/nginx_server.hpp"

#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

#include "support/servers/server_process.hpp"

namespace curt::test {
namespace {

/// One process in the foreground, which needs nothing of the machine's own nginx.
constexpr const char* kConfiguration = R"(
daemon off; master_process off; pid {0}/nginx.pid; error_log stderr;
events {{ worker_connections 100; }}
http {{
  access_log off;
  client_body_temp_path {0}; proxy_temp_path {0}; fastcgi_temp_path {0}; uwsgi_temp_path {0}; scgi_temp_path {0};
  upstream curt {{ server 127.0.0.1:{2}; keepalive 4; }}
  server {{
    listen 127.0.0.1:{1};
    location / {{ proxy_pass http://{4}; {3} }}
  }}
}}
)";

}  // namespace

NginxServer::NginxServer(std::uint16_t upstream, std::string_view directives, Upstream connections) {
  give_to_ordinary_user(folder_.path());
  start_on_free_port([&](std::uint16_t port) {
    port_ = port;
    const std::string folder = folder_.path().string();
    const std::string file = folder + "/nginx.conf";
    std::ofstream{file} << fmt::format(
        kConfiguration, folder, port, upstream, directives,
        connections == Upstream::kept ? "curt" : fmt::format("127.0.0.1:{}", upstream));
    process_ = std::make_unique<ChildProcess>(
        as_ordinary_user({"/usr/sbin/nginx", "-c", file, "-e", "stderr"}), ChildOptions{.folder = folder});
    const auto answers = [&] {
      if (!process_->is_running())
        throw std::runtime_error{"nginx does not start: " + process_->standard_error()};
      return takes_connections(port);
    };
    require_soon(answers, "nginx takes no connections");
  });
}

}  // namespace curt::test
