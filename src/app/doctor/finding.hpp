#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace curt::app {

/// How much something matters.
enum class Mark : std::uint8_t {
  ok,
  note,     ///< good to know
  warning,  ///< `curt serve` starts, and something would not work or is open to others
  error,    ///< it would not start
};

/// One thing that was looked at.
struct Finding {
  Mark mark = Mark::ok;
  std::string text;
  std::string advice;           ///< what to do; empty: nothing
  bool shows_instance = false;  ///< `curt serve` of this service runs where a second one would

  friend bool operator==(const Finding&, const Finding&) = default;
};

/// What one check finds, in its order. Thread-safe: a check may hang, and what it has found until then
/// counts.
class Findings {
 public:
  void add(Mark mark, std::string text, std::string advice = {}) {
    const std::lock_guard lock{mutex_};
    all_.push_back({mark, std::move(text), std::move(advice)});
  }
  void ok(std::string text) { add(Mark::ok, std::move(text)); }
  void note(std::string text, std::string advice = {}) {
    add(Mark::note, std::move(text), std::move(advice));
  }
  /// A note that `curt serve` of this service runs.
  void note_instance(std::string text) {
    const std::lock_guard lock{mutex_};
    all_.push_back({Mark::note, std::move(text), {}, true});
  }
  void warn(std::string text, std::string advice = {}) {
    add(Mark::warning, std::move(text), std::move(advice));
  }
  void fail(std::string text, std::string advice = {}) {
    add(Mark::error, std::move(text), std::move(advice));
  }

  [[nodiscard]] std::vector<Finding> so_far() const {
    const std::lock_guard lock{mutex_};
    return all_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Finding> all_;
};

}  // namespace curt::app
