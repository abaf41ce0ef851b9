#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>

#include "curt/base/async.hpp"
#include "curt/domain/error.hpp"

#include "support/store/link_store_contract.hpp"

namespace curt::test {

/// Starts coroutines that all wait at the same time, and gives their outcomes when all are done.
class Waiting {
 public:
  template <class T>
  void start(awaitable<result<T>> task) {
    const std::size_t index = outcomes_.size();
    outcomes_.emplace_back();
    net::co_spawn(context_, note(std::move(task), index), [](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
    context_.poll();
  }

  const std::vector<std::optional<ErrorCode>>& finish() {
    context_.restart();
    context_.run();
    return outcomes_;
  }

  /// What those that failed have for the operator.
  [[nodiscard]] const std::vector<std::string>& logs() const { return logs_; }

 private:
  template <class T>
  awaitable<void> note(awaitable<result<T>> task, std::size_t index) {
    const result<T> outcome = co_await std::move(task);
    outcomes_[index] = error_of(outcome);
    if (!outcome) logs_.push_back(outcome.error().log);
  }

  net::io_context context_{1};
  std::vector<std::optional<ErrorCode>> outcomes_;
  std::vector<std::string> logs_;
};

}  // namespace curt::test
