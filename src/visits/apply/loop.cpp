#include "curt/visits/apply/loop.hpp"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "curt/base/logging.hpp"
#include "curt/visits/fault_point.hpp"

namespace curt::visits {

Loop::Loop(const Executor& executor) : executor_(executor), timer_(std::make_shared<Timer>(executor)) {}

void Loop::start(Steps steps) {
  steps_ = std::move(steps);
  auto promise = std::make_shared<std::promise<void>>();
  ended_ = promise->get_future();
  net::co_spawn(executor_, run(), [promise](const std::exception_ptr& thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const std::exception& failure) {
      log::error("work in the background has ended", {{"error", failure.what()}});
    }
    promise->set_value();
  });
}

awaitable<void> Loop::run() {
  while (!is_stopping()) {
    bool more = false;
    try {
      more = co_await steps_.round();
    } catch (const Cut&) {
      co_return;
    } catch (const std::exception& failure) {
      steps_.failed(failure);
    }
    const auto pause = steps_.pause(more);
    if (!pause) co_return;
    if (pause->count() > 0) co_await wait(*pause);
  }
}

awaitable<void> Loop::wait(std::chrono::milliseconds time) {
  if (is_stopping()) co_return;
  timer_->expires_after(time);
  boost::system::error_code ended;
  co_await timer_->async_wait(net::redirect_error(use_awaitable, ended));
}

void Loop::stop() {
  *stopping_ = true;
  net::post(executor_, [timer = timer_] { timer->cancel(); });
}

void Loop::join() {
  if (ended_.valid()) ended_.wait();
}

bool Loop::join_until(std::chrono::steady_clock::time_point end) {
  return !ended_.valid() || ended_.wait_until(end) == std::future_status::ready;
}

}  // namespace curt::visits
