#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "curt/access/key.hpp"
#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/base/timestamp.hpp"
#include "curt/domain/error.hpp"
#include "curt/domain/key_id.hpp"

namespace curt::access {

/// What an instance reads of the keys when it looks.
struct KeyChanges {
  /// Number of the last change of any key. One that is lower than before belongs to another database, or to
  /// one that lost what it had.
  std::int64_t change = 0;
  std::vector<Key> keys;  ///< those changed since the look before, or all
};

/// A key that was used, and when last.
struct KeyUse {
  KeyId id;
  Timestamp at;
};

/// The last key of a page; the next page begins after it.
struct KeyCursor {
  Timestamp created_at;
  KeyId id;
};

/// Whether a rotation leaves the secret before it good for a while.
struct Rotation {
  SecretHash secret{};
  Timestamp now;
  Timestamp previous_until;  ///< `now` where it is to be of no use any more
};

/// Where API keys are kept: the truth. Revoked keys stay, so that no id ever comes back. Every change of a
/// key adds one to a counter in its own transaction, and numbers the key with it. Every call suspends its
/// coroutine, works off the caller's thread, adds to `call.statements`, and resumes on the caller's thread;
/// `call` must live until then. Beside the errors named at each, all may fail with overloaded,
/// deadline_exceeded and unavailable (then nothing was done), and those that write with outcome_unknown.
class KeyStore {
 public:
  virtual ~KeyStore() = default;

  /// The keys that were changed after the change with this number, revoked ones too; all keys without one.
  virtual awaitable<result<KeyChanges>> changes(Call& call, std::optional<std::int64_t> since) = 0;

  /// Stores a key, and gives it as stored; nothing, and nothing is changed, if there is or was one with its
  /// id. Its `change` is not read.
  virtual awaitable<result<std::optional<Key>>> add(Call& call, Key key) = 0;

  /// The key with this id, a revoked one too; not_found.
  virtual awaitable<result<Key>> find(Call& call, KeyId id) = 0;

  /// Keys in the order of their making, at most `limit`, revoked ones too.
  virtual awaitable<result<std::vector<Key>>> list(Call& call, std::optional<KeyCursor> after,
                                                   std::size_t limit) = 0;

  /// Ends the key for good, at `now`; one that is revoked already stays as it is. not_found.
  virtual awaitable<result<Key>> revoke(Call& call, KeyId id, Timestamp now) = 0;

  /// Gives the key another secret. not_found; deleted if it is revoked, expired if it has expired; not_yet
  /// while the secret before the last rotation is good and the present one is to stay good too: there is room
  /// for two.
  virtual awaitable<result<Key>> rotate(Call& call, KeyId id, Rotation rotation) = 0;

  /// Notes when keys were used last, in one statement; a key of which that was noted less than a minute
  /// earlier is passed over. No change in the sense of `changes`.
  virtual awaitable<result<void>> note_used(Call& call, std::vector<KeyUse> uses) = 0;
};

}  // namespace curt::access
