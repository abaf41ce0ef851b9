#pragma once

#include <exception>
#include <functional>
#include <vector>

#include "flows/wire/connection.hpp"

namespace flows {

/// Runs coroutines on the calling thread, one set of them after the other, and ends exchanges that are
/// overdue.
class Loop {
 public:
  /// A connection to look after, until it is forgotten.
  void watch(Connection& connection) { watched_.push_back(&connection); }
  void forget(Connection& connection) { std::erase(watched_, &connection); }
  void spawn(awaitable<void> task);
  /// Until every task has ended. `tick` is called about 50 times a second. Throws what a task has thrown.
  void run(const std::function<void(Clock::time_point)>& tick);
  [[nodiscard]] net::io_context& context() noexcept { return context_; }

 private:
  net::io_context context_{1};
  std::vector<Connection*> watched_;
  std::size_t running_ = 0;
  std::exception_ptr thrown_;
};

}  // namespace flows
