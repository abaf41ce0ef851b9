#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string_view>
#include <vector>

#include "curt/access/key.hpp"
#include "curt/access/key_store.hpp"
#include "curt/access/principal.hpp"
#include "curt/base/async.hpp"
#include "curt/base/snapshot.hpp"
#include "curt/base/timestamp.hpp"

namespace curt::access {

class KeySnapshot;

/// What a presented key is worth. Only somebody who has its secret is told that it is expired or revoked.
enum class Verdict {
  good,
  not_known,  ///< it has not the shape of a key, there is none with its id, or that has another secret
  expired,    ///< or a secret from before a rotation, the grace of which is over
  revoked,
  not_loaded,  ///< no keys could be read yet
};

struct Judgement {
  Verdict verdict = Verdict::not_known;
  Principal principal;  ///< who asks; of a key that is expired or revoked the id alone, for the log
};

/// All keys, in the memory of this process: an immutable snapshot that is read without a lock and replaced
/// whole. Thread-safe.
class Keys {
 public:
  Keys();
  ~Keys();
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;

  /// Judges the text of a presented key, in the same time whether its id exists or not, and notes that a good
  /// one was used. Never waits, asks no database. For the threads of the readers and for those that run
  /// before there are any.
  [[nodiscard]] Judgement judge(std::string_view presented, Timestamp now) const;

  /// The executors of the threads that judge: a snapshot lives until each of them has done what it was doing
  /// when the next one came. On `home`, another one, snapshots are made by learn(), and freed. All of them
  /// must run, or end with what was posted to them, before this ends. To be called before anybody judges.
  void read_on(std::vector<Executor> readers, Executor home);

  /// Number of a change that comes after all.
  static constexpr std::int64_t kLastChange = std::numeric_limits<std::int64_t>::max();

  /// These are all keys, as they were after the change with this number: what is known of a later one stays.
  void replace(std::vector<Key> keys, std::int64_t change = kLastChange);

  /// These keys were changed; one that is known in a later state stays.
  void merge(const std::vector<Key>& changed);

  /// Merges a key that was just changed. It may take milliseconds where there are many keys, so that it is
  /// done on the home thread where there is one.
  awaitable<void> learn(Key changed);

  /// Whether any keys were read yet.
  [[nodiscard]] bool is_loaded() const noexcept;

  /// How many keys are neither revoked nor expired.
  [[nodiscard]] std::size_t count(Timestamp now) const;

  /// The keys that were used since the last call.
  [[nodiscard]] std::vector<KeyUse> take_uses();

 private:
  std::mutex mutex_;  ///< held while the next snapshot is made of the present one
  Snapshot<KeySnapshot> snapshot_;
};

}  // namespace curt::access
