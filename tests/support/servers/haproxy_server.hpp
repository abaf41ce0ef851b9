#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "support/servers/child_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {

/// Debian's HAProxy in front of one server, on a free port of 127.0.0.1. It keeps connections to the server
/// and sends requests of several clients over one.
class HaproxyServer {
 public:
  /// Starts it and waits until it takes connections; throws std::runtime_error if it does not. It passes all
  /// requests on to this port of 127.0.0.1; `directives` are lines of its frontend.
  explicit HaproxyServer(std::uint16_t upstream, std::string_view directives = {});

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  TempFolder folder_;
  std::uint16_t port_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace curt::test
