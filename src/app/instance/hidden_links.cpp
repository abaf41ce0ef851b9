#include "app/instance/hidden_links.hpp"

#include <exception>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "curt/api/routes.hpp"
#include "curt/base/logging.hpp"

namespace curt::app {
namespace {

constexpr std::chrono::seconds kPatience{5};

}  // namespace

void HiddenLinks::start(const Executor& executor) {
  executor_ = executor;
  net::co_spawn(executor, warn(), net::detached);
}

void HiddenLinks::stop() {
  stopping_ = true;
  if (!executor_) return;
  net::post(*executor_, [this] {
    if (timer_ != nullptr) timer_->cancel();
  });
}

awaitable<void> HiddenLinks::warn() {
  try {
    std::string hidden;
    for (const ShortCode& code : api::hidden_codes()) {
      const std::optional<bool> found = co_await has_link(code);
      if (!found) co_return;
      if (*found) hidden.append(hidden.empty() ? "" : " ").append(code.view());
    }
    if (hidden.empty()) co_return;
    log::warn("links do not redirect, as the service itself has their paths", {{"codes", hidden}});
  } catch (const std::exception& failure) {  // no memory
    log::warn("hidden links cannot be listed", {{"error", failure.what()}});
  }
}

awaitable<std::optional<bool>> HiddenLinks::has_link(ShortCode code) {
  while (!stopping_) {
    Call call{Deadline::in(kPatience)};
    const result<Link> link = co_await store_.find(call, code);
    if (link) co_return !link->deleted_at;
    if (link.error().code == ErrorCode::not_found) co_return false;
    co_await wait();
  }
  co_return std::nullopt;
}

awaitable<void> HiddenLinks::wait() {
  if (stopping_) co_return;
  net::steady_timer timer{*executor_, pause_};
  timer_ = &timer;
  boost::system::error_code ended;
  co_await timer.async_wait(net::redirect_error(use_awaitable, ended));
  timer_ = nullptr;
}

}  // namespace curt::app
