#include "curt/base/loop.hpp"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "curt/base/end_process_if_failed.hpp"

namespace curt {

void Loop::start(Steps steps) {
  steps_ = std::move(steps);
  auto promise = std::make_shared<std::promise<void>>();
  ended_ = promise->get_future();
  auto timer = std::make_shared<Timer>(executor_);
  timer_ = timer;
  net::co_spawn(executor_, run(std::move(timer)), [promise](const std::exception_ptr& thrown) {
    end_process_if_failed(thrown);
    promise->set_value();
  });
}

awaitable<void> Loop::run(std::shared_ptr<Timer> timer) {
  while (!is_stopping()) {
    bool more = false;
    try {
      more = co_await steps_.round();
    } catch (const EndsLoop&) {
      co_return;
    } catch (const std::exception& failure) {
      steps_.failed(failure);
    }
    const auto pause = steps_.pause(more);
    if (!pause) co_return;
    if (pause->count() > 0) co_await wait(*timer, *pause);
  }
  if (steps_.last) co_await steps_.last();
}

awaitable<void> Loop::wait(Timer& timer, std::chrono::milliseconds time) const {
  if (is_stopping()) co_return;
  timer.expires_after(time);
  boost::system::error_code ended;
  co_await timer.async_wait(net::redirect_error(use_awaitable, ended));
}

void Loop::stop() {
  *stopping_ = true;
  net::post(executor_, [timer = timer_] {
    if (const auto waiting = timer.lock()) waiting->cancel();
  });
}

void Loop::join() {
  if (ended_.valid()) ended_.wait();
}

bool Loop::join_until(std::chrono::steady_clock::time_point end) {
  return !ended_.valid() || ended_.wait_until(end) == std::future_status::ready;
}

}  // namespace curt
