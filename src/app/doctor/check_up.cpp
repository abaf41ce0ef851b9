#include "app/doctor/check_up.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "curt/base/units.hpp"

namespace curt::app {
namespace {

/// What a check and who waits for it share.
struct Running {
  Findings findings;
  std::mutex mutex;
  std::condition_variable ended;
  bool has_ended = false;
  std::thread thread;  ///< touched by who waits alone
};

void run(const Check& check, Running& running) {
  try {
    check.look(running.findings);
  } catch (const std::exception& failure) {
    running.findings.warn(fmt::format("the check failed: {}", failure.what()));
  }
  const std::lock_guard lock{running.mutex};
  running.has_ended = true;
  running.ended.notify_all();
}

}  // namespace

std::size_t CheckUp::count(Mark mark) const {
  std::size_t number = 0;
  for (const Section& section : sections) {
    number += static_cast<std::size_t>(std::ranges::count(section.findings, mark, &Finding::mark));
  }
  return number;
}

CheckUp run_checks(const std::vector<Check>& checks, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  std::vector<std::shared_ptr<Running>> all;
  for (const Check& check : checks) {
    const auto running = std::make_shared<Running>();
    running->thread = std::thread{[check, running] { run(check, *running); }};
    all.push_back(running);
  }
  CheckUp result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Running& running = *all[i];
    std::unique_lock lock{running.mutex};
    const bool ended = running.ended.wait_until(lock, end, [&running] { return running.has_ended; });
    lock.unlock();
    // One that ended is waited for to its last step, so that it does not meet the end of the process.
    ended ? running.thread.join() : running.thread.detach();
    Section section{std::string{checks[i].heading}, running.findings.so_far()};
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
