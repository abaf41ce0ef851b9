#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "curt/access/key_store.hpp"
#include "curt/access/key_text.hpp"
#include "curt/access/keys.hpp"
#include "curt/base/async.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/logged_outage.hpp"
#include "curt/base/loop.hpp"
#include "curt/base/metrics.hpp"

namespace curt::access {

/// How current this process's keys are.
struct KeysHealth {
  /// Age of what is known of them; nothing while no keys could be read yet.
  std::optional<std::chrono::milliseconds> age;

  /// A change of a key is everywhere within a second; this is somewhat more.
  static constexpr std::chrono::seconds kCurrent{3};

  [[nodiscard]] bool is_well() const noexcept { return age && *age <= kCurrent; }
};

/// Keeps the keys of this process as the store has them, twice a second; registers the admin key that the
/// operator brought; notes once a minute which keys were used. While the store cannot be asked, the keys that
/// are known go on. What it is given must outlive it.
class KeyFollower {
 public:
  static constexpr std::chrono::milliseconds kLookInterval{500};
  /// A change that no number tells of, such as one by hand, is seen within this.
  static constexpr std::chrono::seconds kReadAllInterval{60};
  static constexpr std::chrono::seconds kNoteInterval{60};

  struct Parts {
    KeyStore& store;
    Keys& keys;
    const Clock& clock;
    Metrics& metrics;
  };

  /// `admin` is to be registered as an admin key. `advice`, if it is not empty, is logged where there turns
  /// out to be no key at all: how to make the first one.
  KeyFollower(const Parts& parts, std::optional<KeyParts> admin, std::string advice,
              std::chrono::milliseconds look_interval = kLookInterval);

  /// Begins to look, on this executor; once.
  void start(const Executor& executor);

  /// Waits for the first look, whatever came of it, until then at most, on another thread than the
  /// executor's.
  void await_first_look(std::chrono::steady_clock::time_point end);

  /// Looks no more, notes what was used, and ends. Does not wait. On any thread.
  void stop();

  /// Waits for the end, until then at most, on another thread than the executor's; whether it has ended.
  [[nodiscard]] bool join_until(std::chrono::steady_clock::time_point end);

  /// On any thread.
  [[nodiscard]] KeysHealth health() const;

 private:
  awaitable<bool> go_round();
  /// What is written, apart from the looks, which wait for no write.
  awaitable<bool> write_round();
  awaitable<void> look();
  awaitable<void> register_admin();
  awaitable<void> note_uses();
  void look_failed(const std::string& why);
  void look_succeeded();
  void advise();

  const Parts parts_;
  const std::chrono::milliseconds look_interval_;
  std::optional<KeyParts> admin_;  ///< until it is registered
  std::string advice_;             ///< until it is known whether it is needed
  Counter looks_;
  Counter failed_looks_;
  std::atomic<std::int64_t> looked_at_;  ///< steady clock, of the last look that succeeded; kNever before
  std::promise<void> first_look_;
  bool has_looked_ = false;
  std::optional<Loop> loop_;
  std::optional<Loop> write_loop_;
  // Below: on the executor's thread only.
  std::optional<std::int64_t> change_;  ///< KeyChanges::change of the last look
  std::optional<SteadyTime> read_all_at_;
  SteadyTime noted_at_;
  std::vector<KeyUse> unnoted_;
  std::optional<SteadyTime> told_at_;  ///< when it was logged last that looks fail; nothing while they do not
  LoggedOutage admin_outage_{"the key in CURT_ADMIN_KEY_FILE cannot be registered yet",
                             "the key in CURT_ADMIN_KEY_FILE can be registered"};
};

}  // namespace curt::access
