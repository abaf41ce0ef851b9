#include "app/doctor/check_up.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "curt/base/units.hpp"

namespace curt::app {
/// What a check and its caller share.
struct RunningChecks::Running {
  std::string heading;
  Findings findings;
  std::mutex mutex;
  std::condition_variable ended;
  bool has_ended = false;
  std::thread thread;  ///< the caller's alone
};

void RunningChecks::run(const Check& check, Running& running) {
  try {
    check.look(running.findings);
  } catch (const std::exception& failure) {
    running.findings.warn(fmt::format("the check failed: {}", failure.what()));
  }
  const std::lock_guard lock{running.mutex};
  running.has_ended = true;
  running.ended.notify_all();
}

std::size_t CheckUp::count(Mark mark) const {
  std::size_t number = 0;
  for (const Section& section : sections) {
    number += static_cast<std::size_t>(std::ranges::count(section.findings, mark, &Finding::mark));
  }
  return number;
}

bool CheckUp::shows_instance() const {
  return std::ranges::any_of(sections, [](const Section& section) {
    return std::ranges::any_of(section.findings, &Finding::shows_instance);
  });
}

Verdict CheckUp::verdict() const {
  if (count(Mark::error) > 0) return Verdict::would_not_start;
  if (!is_complete) return Verdict::unknown;
  return shows_instance() ? Verdict::runs : Verdict::would_start;
}

RunningChecks::RunningChecks(const std::vector<Check>& checks) {
  for (const Check& check : checks) {
    const auto running = std::make_shared<Running>();
    running->heading = check.heading;
    running->thread = std::thread{[check, running] { run(check, *running); }};
    all_.push_back(running);
  }
}

RunningChecks::~RunningChecks() {
  for (const auto& running : all_) {
    if (running->thread.joinable()) running->thread.detach();
  }
}

CheckUp RunningChecks::wait(std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  CheckUp result;
  for (const auto& running : all_) {
    std::unique_lock lock{running->mutex};
    const bool ended = running->ended.wait_until(lock, end, [&running] { return running->has_ended; });
    lock.unlock();
    // One that ended is waited for to its last step, so that it does not meet the end of the process.
    if (ended) running->thread.join();
    Section section{running->heading, running->findings.so_far()};
    if (!ended) {
      result.is_complete = false;
      section.findings.push_back(
          {Mark::warning,
           fmt::format("no answer within {}; the rest was not looked at", format_duration(limit)),
           {}});
    }
    result.sections.push_back(std::move(section));
  }
  return result;
}

}  // namespace curt::app
