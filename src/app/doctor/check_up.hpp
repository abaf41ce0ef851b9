#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/doctor/finding.hpp"

namespace curt::app {

/// Something to be looked at, under a heading. `look` must own all that it uses: where it hangs, it is left
/// behind.
struct Check {
  std::string_view heading;
  std::function<void(Findings&)> look;
};

/// What the checks of one heading have found.
struct Section {
  std::string heading;
  std::vector<Finding> findings;
};

/// What all findings together say of `curt serve`.
enum class Verdict : std::uint8_t {
  would_start,
  runs,             ///< it runs already, and nothing would keep it from starting again
  would_not_start,  ///< there is an error
  unknown,          ///< a check took too long
};

struct CheckUp {
  std::vector<Section> sections;  ///< in the order of the checks
  bool is_complete = true;        ///< false: a check is still at work, and its thread must not be waited for

  [[nodiscard]] std::size_t count(Mark mark) const;
  [[nodiscard]] bool shows_instance() const;
  [[nodiscard]] Verdict verdict() const;
};

/// Checks that run at once, each on a thread of its own.
class RunningChecks {
 public:
  explicit RunningChecks(const std::vector<Check>& checks);
  ~RunningChecks();
  RunningChecks(const RunningChecks&) = delete;
  RunningChecks& operator=(const RunningChecks&) = delete;

  /// Waits for all of them for `limit` at most. A check that throws, or takes longer, is a warning. To be
  /// called once.
  [[nodiscard]] CheckUp wait(std::chrono::milliseconds limit);

 private:
  struct Running;

  static void run(const Check& check, Running& running);

  std::vector<std::shared_ptr<Running>> all_;
};

}  // namespace curt::app
