#pragma once

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "curt/base/async.hpp"

namespace curt::app {

/// Runs the coroutine on this thread until it ends and gives what it returned; throws what it threw. The
/// context must outlive every store that the coroutine waits for.
template <class T>
T run_to_end(net::io_context& context, awaitable<T> task) {
  std::optional<T> outcome;
  std::exception_ptr failure;
  net::co_spawn(context, std::move(task), [&](std::exception_ptr thrown, T value) {
    failure = std::move(thrown);
    outcome.emplace(std::move(value));
  });
  context.restart();
  context.run();
  if (failure) std::rethrow_exception(failure);
  return *std::move(outcome);
}

}  // namespace curt::app
