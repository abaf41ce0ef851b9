#pragma once

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "curt/base/async.hpp"

namespace curt::test {

/// Runs the coroutine to its end on an io_context of this thread; throws what it threw. Everything that
/// resumes it must do so through its executor, as `suspend` does. Throws std::runtime_error if it was dropped
/// on its way.
inline void run(awaitable<void> task) {
  net::io_context context{1};
  std::exception_ptr failure = std::make_exception_ptr(std::runtime_error{"the coroutine was dropped"});
  net::co_spawn(context, std::move(task), [&](std::exception_ptr thrown) { failure = std::move(thrown); });
  context.run();
  if (failure) std::rethrow_exception(failure);
}

/// Awaits the task and puts what it returns into `outcome`.
template <class T>
awaitable<void> keep(awaitable<T> task, std::optional<T>& outcome) {
  T value = co_await std::move(task);
  outcome.emplace(std::move(value));
}

/// The same for a coroutine that returns something.
template <class T>
T run(awaitable<T> task) {
  std::optional<T> outcome;
  run(keep(std::move(task), outcome));
  return *std::move(outcome);
}

}  // namespace curt::test
