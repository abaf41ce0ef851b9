#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "curt/access/key.hpp"
#include "curt/base/timestamp.hpp"
#include "curt/domain/key_id.hpp"

namespace curt::access {

/// What judging a key needs of it.
struct KnownKey {
  explicit KnownKey(const Key& key);

  /// Milliseconds since 1970, of the last use that nobody has taken note of; 0 for none. Shared by all
  /// snapshots that have the key.
  using LastUse = std::shared_ptr<std::atomic<std::int64_t>>;

  KeyId id;
  SecretHash secret;
  SecretHash previous;  ///< `secret` where there is none before it
  Timestamp previous_until;
  Timestamp expires_at;  ///< kLatestTimestamp where it never does
  bool revoked;
  bool own;
  Scopes scopes;
  std::int64_t change;
  LastUse last_use;
};

/// Keys at one moment. Immutable but for the last uses.
class KeySnapshot {
 public:
  /// In any order; each id once.
  explicit KeySnapshot(std::vector<KnownKey> keys);

  [[nodiscard]] const std::vector<KnownKey>& keys() const noexcept { return keys_; }

  struct Found {
    const KnownKey* key;  ///< null only in an empty snapshot
    bool has_id;          ///< else it is any other key
  };
  /// The key with this id, or where there is none another one, each as likely. The steps and the reads are
  /// the same for every id, so that the time they take does not tell whether it exists.
  [[nodiscard]] Found look_up(const KeyId& id) const noexcept;

  /// The key with this id, or null.
  [[nodiscard]] const KnownKey* find(const KeyId& id) const noexcept;

 private:
  /// An id as two numbers that compare as its characters do.
  struct Place {
    std::uint64_t high;
    std::uint32_t low;
  };
  static Place place_of(const KeyId& id) noexcept;

  std::vector<KnownKey> keys_;  ///< by id
  std::vector<Place> places_;   ///< their ids, in the same order
};

}  // namespace curt::access
