#include "app/instance/serve_lists.hpp"

#include <exception>
#include <utility>

#include "curt/base/logging.hpp"
#include "curt/limits/blocklist/emptied_files.hpp"

namespace curt::app {
namespace {

constexpr std::string_view kReads = "curt_blocklist_reads_total";
constexpr std::string_view kReadsHelp = "Times that the lists of hosts were read.";

}  // namespace

ServeLists::ServeLists(const Settings& settings, Ground& ground)
    : settings_(settings),
      clock_(ground.clock),
      lists_(ground.metrics),
      policy_(lists_, target_options(settings), ground.metrics),
      reads_(ground.metrics.counter(std::string{kReads}, std::string{kReadsHelp}, {{"outcome", "ok"}})),
      failed_reads_(
          ground.metrics.counter(std::string{kReads}, std::string{kReadsHelp}, {{"outcome", "failed"}})) {
  if (!names_lists(settings)) return;
  watch_.emplace(std::vector<limits::FileStamp>{});
  const auto entries = [&](std::string_view list, std::size_t api::ListsHealth::* count) {
    ground.metrics.gauge_from("curt_blocklist_entries", "Hosts on the lists that are in force.",
                              [this, count] { return static_cast<double>(health().*count); },
                              {{"list", std::string{list}}});
  };
  entries("blocked", &api::ListsHealth::blocked);
  entries("allowed", &api::ListsHealth::allowed);
  ground.metrics.gauge_from(
      "curt_blocklist_current",
      "1 while the lists in force are what their files say, 0 while these cannot be read.",
      [this] { return health().error ? 0.0 : 1.0; });
}

result<void> ServeLists::open() {
  if (!watch_) return {};
  std::vector<limits::FileStamp> files = look();
  auto done = read(Asked::by_operator, {});
  watch_->note_read(std::move(files));
  return done;
}

void ServeLists::start(std::vector<Executor> readers, Executor home) {
  if (!watch_) return;
  lists_.read_on(std::move(readers), std::move(home));
  thread_ = std::jthread{[this](const std::stop_token& stop) { follow(stop); }};
}

void ServeLists::reload() {
  const std::lock_guard lock{mutex_};
  is_reload_asked_ = true;
  woken_.notify_all();
}

void ServeLists::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

api::ListsHealth ServeLists::health() const {
  const std::lock_guard lock{mutex_};
  return health_;
}

void ServeLists::follow(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    bool is_asked = false;
    {
      std::unique_lock lock{mutex_};
      woken_.wait_for(lock, stop, kLookInterval, [this] { return is_reload_asked_; });
      is_asked = std::exchange(is_reload_asked_, false);
    }
    if (stop.stop_requested()) return;
    try {
      follow_once(is_asked ? Asked::by_operator : Asked::by_watch, stop);
    } catch (const std::exception& failure) {  // no memory to look at the files
      note_failure(failure.what());
    }
  }
}

void ServeLists::follow_once(Asked asked, const std::stop_token& stop) {
  std::vector<limits::FileStamp> files = look();
  const bool is_retry_due = retry_.failures() > 0 && retry_.is_over();
  if (!watch_->is_due(files, clock_) && asked == Asked::by_watch && !is_retry_due) return;
  std::optional<std::string> failure;
  try {
    const auto done = read(asked, stop);
    if (!done) failure = done.error().detail;
  } catch (const std::exception& thrown) {  // no memory
    failure = thrown.what();
  }
  if (stop.stop_requested()) return;
  watch_->note_read(std::move(files));
  if (failure) note_failure(*failure);
}

std::vector<limits::FileStamp> ServeLists::look() const {
  std::vector<limits::FileStamp> files = limits::look_at_files(settings_.blocklist);
  for (limits::FileStamp& file : limits::look_at_files(settings_.allowlist)) files.push_back(std::move(file));
  return files;
}

result<void> ServeLists::read(Asked asked, const std::stop_token& stop) {
  auto read = read_lists(settings_, stop);
  if (!read) return read.error();
  if (asked == Asked::by_watch) {
    // Where somebody writes the file in place, it is empty at first, and would block nothing until it is
    // full.
    constexpr std::string_view kAdvice = "; SIGHUP has it taken if that is meant";
    if (const auto what = limits::what_was_emptied(blocked_counts_, read->blocked)) {
      return Error{ErrorCode::unavailable, with_setting(*what, "blocklist").append(kAdvice)};
    }
    if (const auto what = limits::what_was_emptied(allowed_counts_, read->allowed)) {
      return Error{ErrorCode::unavailable, with_setting(*what, "allowlist").append(kAdvice)};
    }
  }
  reads_.add();
  take(*std::move(read));
  return {};
}

void ServeLists::take(ReadLists read) {
  warn_of_bad_lines(read);
  warn_of_empty_lists(settings_, read.hosts);
  const std::uint64_t bytes = read.hosts.blocked.bytes() + read.hosts.allowed.bytes();
  api::ListsHealth health{.blocked = read.hosts.blocked.size(),
                          .allowed = read.hosts.allowed.size(),
                          .read_at = clock_.now(),
                          .error = {}};
  lists_.publish(std::move(read.hosts));
  retry_.succeeded();
  log::info("the lists of hosts are read",
            {{"blocked", std::uint64_t{health.blocked}},
             {"allowed", std::uint64_t{health.allowed}},
             {"files", std::uint64_t{read.blocked.files.size() + read.allowed.files.size()}},
             {"passed_over", read.blocked.passed_over + read.allowed.passed_over},
             {"bytes", bytes}});
  blocked_counts_ = std::move(read.blocked);
  allowed_counts_ = std::move(read.allowed);
  const std::lock_guard lock{mutex_};
  health_ = std::move(health);
}

void ServeLists::note_failure(const std::string& why) {
  failed_reads_.add();
  retry_.failed();
  const bool is_news = health().error != why;
  if (is_news) {
    log::error("the lists of hosts cannot be read; those that were read before are in force",
               {{"error", why}});
  }
  const std::lock_guard lock{mutex_};
  health_.error = why;
}

}  // namespace curt::app
