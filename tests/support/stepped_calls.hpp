#pragma once

#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>

#include "curt/base/async.hpp"
#include "curt/domain/error.hpp"

#include "support/run_awaitable.hpp"

namespace curt::test {

/// Calls under way at the same time, all on this thread: each runs as far as it gets when it begins, and goes
/// on when the test says so.
template <class T>
class SteppedCalls {
 public:
  /// What a call has returned; nothing while it waits.
  using Outcome = std::optional<result<T>>;

  /// Begins the call. The outcome keeps its address.
  Outcome& start(awaitable<result<T>> call) { return start_on(context_, std::move(call)); }

  /// The same for a call whose home is another context, which must outlive it.
  Outcome& start_on(net::io_context& context, awaitable<result<T>> call) {
    Outcome& outcome = outcomes_.emplace_back();
    net::co_spawn(context, keep(std::move(call), outcome), [](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
    go_on(context);
    return outcome;
  }

  /// Runs what can go on by now.
  void go_on() { go_on(context_); }
  static void go_on(net::io_context& context) {
    context.restart();
    context.poll();
  }

  /// In the order in which the calls began.
  [[nodiscard]] const std::deque<Outcome>& outcomes() const noexcept { return outcomes_; }

  /// "waits", the name of the error, or what `text_of_value` makes of the value.
  template <class Text>
  [[nodiscard]] static std::string text_of(const Outcome& outcome, Text text_of_value) {
    if (!outcome) return "waits";
    if (!*outcome) return std::string{name_of(outcome->error().code)};
    return text_of_value(**outcome);
  }

  /// The text of each outcome.
  template <class Text>
  [[nodiscard]] std::vector<std::string> texts(Text text_of_value) const {
    std::vector<std::string> all;
    for (const Outcome& outcome : outcomes_) all.push_back(text_of(outcome, text_of_value));
    return all;
  }

 private:
  net::io_context context_{1};
  std::deque<Outcome> outcomes_;
};

}  // namespace curt::test
