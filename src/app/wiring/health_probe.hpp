#pragma once

#include <chrono>
#include <string>

#include <boost/system/result.hpp>
#include <boost/url/url_view.hpp>

namespace curt::app {

/// What an HTTP server answered.
struct HealthAnswer {
  unsigned status = 0;
  std::string body;
};

/// Asks with one GET on a connection of its own, and waits for the whole answer until `timeout` is over.
/// `url` is http, with a host. Blocks.
[[nodiscard]] boost::system::result<HealthAnswer> ask_health(const boost::urls::url_view& url,
                                                             std::chrono::milliseconds timeout);

}  // namespace curt::app
