#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "support/servers/child_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {

/// Debian's nginx as a proxy for all paths, on a free port of 127.0.0.1.
class NginxServer {
 public:
  /// Whether a connection to the server behind it serves one request, or is kept for those of all clients.
  enum class Upstream { for_one_request, kept };

  /// Starts it and waits until it takes connections; throws std::runtime_error if it does not. It passes all
  /// requests on to this port of 127.0.0.1, with `directives` beside `proxy_pass`; where connections are
  /// kept, they name the host.
  explicit NginxServer(std::uint16_t upstream, std::string_view directives = {},
                       Upstream connections = Upstream::for_one_request);

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  TempFolder folder_;
  std::uint16_t port_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace curt::test
