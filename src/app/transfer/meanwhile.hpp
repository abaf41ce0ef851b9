#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "curt/base/async.hpp"

namespace curt::app {

/// A call that goes on while its caller does something else, which may block the thread. To be used on the
/// executor's thread alone. Where it is given up before end(), the call goes on, and nobody hears of its end.
template <class T>
class Meanwhile {
 public:
  explicit Meanwhile(Executor executor) : executor_(std::move(executor)) {}

  /// Returns once the call waits for somebody else, or is done. To be called once.
  awaitable<void> begin(awaitable<T> call) {
    auto finish = [outcome = outcome_](std::exception_ptr thrown, T value) {
      outcome->failure = std::move(thrown);
      outcome->value.emplace(std::move(value));
      if (outcome->waiter) (*outcome->waiter)(true);
    };
    net::co_spawn(executor_, std::move(call), std::move(finish));
    co_await net::post(executor_, use_awaitable);
  }

  /// Waits for what the call returns; throws what it threw. To be called once, after begin().
  awaitable<T> end() {
    if (!outcome_->value) {
      auto wait = [this](Completion<bool> waiter) { outcome_->waiter.emplace(std::move(waiter)); };
      co_await suspend<bool>(std::move(wait));
    }
    if (outcome_->failure) std::rethrow_exception(outcome_->failure);
    co_return *std::move(outcome_->value);
  }

 private:
  struct Outcome {
    std::exception_ptr failure;
    std::optional<T> value;
    std::optional<Completion<bool>> waiter;
  };

  Executor executor_;
  std::shared_ptr<Outcome> outcome_ = std::make_shared<Outcome>();
};

}  // namespace curt::app
