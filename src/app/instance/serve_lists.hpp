#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "curt/api/services.hpp"
#include "curt/app/settings/settings.hpp"
#include "curt/base/backoff.hpp"
#include "curt/limits/blocklist/host_lists.hpp"
#include "curt/limits/blocklist/list_watch.hpp"
#include "curt/limits/target_policy.hpp"

#include "app/wiring/ground.hpp"
#include "app/wiring/host_lists.hpp"

namespace curt::app {

/// The lists of blocked and allowed hosts of an instance, which follow their files on a thread of their own:
/// reading a million hosts takes most of a second. While files cannot be read, what was read before is in
/// force. What it is given must outlive it.
class ServeLists {
 public:
  /// How often the files are looked at.
  static constexpr std::chrono::milliseconds kLookInterval{250};
  /// How soon files that could not be read are tried once more, although nothing shows that they changed.
  static constexpr std::chrono::seconds kFirstRetry{2};
  static constexpr std::chrono::seconds kLongestRetry{60};

  ServeLists(const Settings& settings, Ground& ground);
  ServeLists(const ServeLists&) = delete;
  ServeLists& operator=(const ServeLists&) = delete;
  ~ServeLists() { stop(); }

  /// Reads the files for the first time, where any are named. An error names the file and the setting.
  [[nodiscard]] result<void> open();

  /// Follows the files from now on, where any are named. What is read is judged by on the executors of
  /// `readers`, which must run until stop() has returned, as must `home`.
  void start(std::vector<Executor> readers, Executor home);

  /// Has the files read at once, whether they changed or not, and takes what they say even where hosts are
  /// missing that were there before. Does not wait. On any thread.
  void reload();

  /// Follows no more; waits for the thread, which gives up what it is reading.
  void stop();

  /// Whether any files are followed.
  [[nodiscard]] bool are_named() const noexcept { return watch_.has_value(); }

  /// On any thread, after open().
  [[nodiscard]] api::ListsHealth health() const;

  [[nodiscard]] const limits::HostLists& lists() const noexcept { return lists_; }
  [[nodiscard]] const limits::TargetPolicy& policy() const noexcept { return policy_; }

 private:
  /// Whose will it is that the files are read.
  enum class Asked : std::uint8_t { by_watch, by_operator };

  void follow(const std::stop_token& stop);
  /// Reads the files if there is a reason to.
  void follow_once(Asked asked, const std::stop_token& stop);
  [[nodiscard]] std::vector<limits::FileStamp> look() const;
  [[nodiscard]] result<void> read(Asked asked, const std::stop_token& stop);
  void take(ReadLists read);
  void note_failure(const std::string& why);

  const Settings& settings_;
  const Clock& clock_;
  limits::HostLists lists_;
  const limits::TargetPolicy policy_;
  Counter reads_;
  Counter failed_reads_;
  std::optional<limits::ListWatch> watch_;     ///< of the thread, once it runs
  Backoff retry_{kFirstRetry, kLongestRetry};  ///< the same
  limits::ListCounts blocked_counts_;          ///< the same, of what is in force
  limits::ListCounts allowed_counts_;
  mutable std::mutex mutex_;  ///< guards what follows
  std::condition_variable_any woken_;
  bool is_reload_asked_ = false;
  api::ListsHealth health_;
  std::jthread thread_;
};

}  // namespace curt::app
