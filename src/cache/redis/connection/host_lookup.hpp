#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace curt::cache {

/// Finds the addresses of a host. getaddrinfo(3) blocks for as long as DNS likes, so it runs on a thread
/// that nobody waits for, one at a time however many ask. (Asio's own resolver would make the end of its
/// io_context wait.)
class HostLookup {
 public:
  /// One look-up. `addresses` and `problem` may be read once it is done.
  struct Answer {
    std::atomic<bool> done{false};
    std::vector<boost::asio::ip::address> addresses;
    std::string problem;  ///< why there are none; empty if there are
  };

  /// Begins a look-up, or joins the one of this host that is under way. One of an IP address is done at once.
  /// Thread-safe.
  [[nodiscard]] std::shared_ptr<const Answer> begin(const std::string& host);

 private:
  std::mutex mutex_;
  std::string host_;  ///< of the last look-up
  std::shared_ptr<Answer> current_;
};

}  // namespace curt::cache
