#include "flows/wire/loop.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>

namespace flows {

void Loop::spawn(awaitable<void> task) {
  ++running_;
  auto ended = [this](const std::exception_ptr& thrown) {
    --running_;
    if (thrown && !thrown_) thrown_ = thrown;
  };
  net::co_spawn(context_.get_executor(), std::move(task), std::move(ended));
}

void Loop::run(const std::function<void(Clock::time_point)>& tick) {
  constexpr std::chrono::milliseconds between{20};
  while (running_ != 0 && !thrown_) {
    context_.restart();
    context_.run_for(between);
    const auto now = Clock::now();
    for (Connection* connection : watched_) connection->give_up_overdue(now);
    tick(now);
  }
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

}  // namespace flows
