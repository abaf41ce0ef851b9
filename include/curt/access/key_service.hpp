#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/access/key.hpp"
#include "curt/access/key_store.hpp"
#include "curt/access/key_text.hpp"
#include "curt/access/keys.hpp"
#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/random.hpp"
#include "curt/domain/error.hpp"

namespace curt::access {

/// A wished key: the right types, but nothing checked yet.
struct KeyDraft {
  std::string name;
  std::vector<std::string> scopes;  ///< names
  bool own = false;
  std::optional<Timestamp> expires_at{};
  std::optional<std::int64_t> ttl{};  ///< seconds from now, instead of expires_at
};

inline constexpr std::size_t kMaxKeyName = 100;  ///< characters

/// How long the secret before a rotation stays good if nothing else is said, and at most.
inline constexpr std::chrono::seconds kGrace = std::chrono::hours{24};
inline constexpr std::chrono::seconds kMaxGrace = std::chrono::hours{30 * 24};

/// Who changes a key, for the audit line. The texts must outlive the change.
struct AskedBy {
  std::string_view by;          ///< "key:<id>", "user:<login>" or "anonymous"
  std::string_view client;      ///< the address from which it was asked for; empty on the command line
  std::string_view request_id;  ///< empty on the command line
};

/// A key with the text that is shown once.
struct MadeKey {
  Key key;
  SecretText text;
};

/// What can be done with keys. Every change is durable before its caller is answered, known to this process
/// at once and to the others within a second, and leaves an audit line that names the key by its id.
/// Thread-safe; what it is given must outlive it. Errors as KeyStore says, beside those named.
class KeyService {
 public:
  /// `keys` are those of this process; null where it serves no requests.
  KeyService(KeyStore& store, Keys* keys, RandomSource& random, const Clock& clock)
      : store_(store), keys_(keys), random_(random), clock_(clock) {}

  /// Makes a key; invalid_value with all that is wrong.
  awaitable<result<MadeKey>> create(Call& call, AskedBy by, KeyDraft draft);

  /// Keys in the order of their making, revoked ones too.
  awaitable<result<std::vector<Key>>> list(Call& call, std::optional<KeyCursor> after, std::size_t limit);

  /// The key with this id; not_found.
  awaitable<result<Key>> get(Call& call, KeyId id);

  /// Ends a key for good; done too where it was revoked before. not_found.
  awaitable<result<Key>> revoke(Call& call, AskedBy by, KeyId id);

  /// Gives a key another secret; the one before is good for `grace` more, at most kMaxGrace (invalid_value
  /// for "grace"). not_found, deleted, expired, not_yet.
  awaitable<result<MadeKey>> rotate(Call& call, AskedBy by, KeyId id, std::chrono::seconds grace);

 private:
  awaitable<void> learn(Key key) const;

  KeyStore& store_;
  Keys* const keys_;
  RandomSource& random_;
  const Clock& clock_;
};

}  // namespace curt::access
