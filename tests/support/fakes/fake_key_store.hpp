#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "curt/access/key_store.hpp"

namespace curt::test {

/// Keys in memory, which fail when they are told to. Thread-safe.
class FakeKeyStore final : public access::KeyStore {
 public:
  /// Every call fails with this; nothing: none does.
  void fail(std::optional<Error> error) {
    const std::lock_guard lock{mutex_};
    error_ = std::move(error);
  }

  /// Calls that write fail with this.
  void fail_writes(std::optional<Error> error) {
    const std::lock_guard lock{mutex_};
    write_error_ = std::move(error);
  }

  /// What another instance, or an operator, did.
  void put(access::Key key) {
    const std::lock_guard lock{mutex_};
    key.change = ++change_;
    keys_.insert_or_assign(key.id, std::move(key));
  }

  /// Another database, or one from a backup: no keys, and an earlier number.
  void restore(std::int64_t change) {
    const std::lock_guard lock{mutex_};
    keys_.clear();
    change_ = change;
  }

  [[nodiscard]] std::size_t looks() const {
    const std::lock_guard lock{mutex_};
    return looks_;
  }

  [[nodiscard]] std::optional<access::Key> key(const KeyId& id) const {
    const std::lock_guard lock{mutex_};
    const auto found = keys_.find(id);
    return found == keys_.end() ? std::nullopt : std::optional{found->second};
  }

  awaitable<result<access::KeyChanges>> changes(Call& /*call*/, std::optional<std::int64_t> since) override {
    const std::lock_guard lock{mutex_};
    ++looks_;
    if (error_) co_return *error_;
    access::KeyChanges changes;
    changes.change = change_;
    for (const auto& [id, key] : keys_) {
      if (!since || key.change > *since) changes.keys.push_back(key);
    }
    co_return changes;
  }

  awaitable<result<std::optional<access::Key>>> add(Call& /*call*/, access::Key key) override {
    const std::lock_guard lock{mutex_};
    if (const auto error = write_error()) co_return *error;
    if (keys_.contains(key.id)) co_return std::optional<access::Key>{};
    key.change = ++change_;
    keys_.emplace(key.id, key);
    co_return std::optional<access::Key>{std::move(key)};
  }

  awaitable<result<access::Key>> find(Call& /*call*/, KeyId id) override {
    const std::lock_guard lock{mutex_};
    if (error_) co_return *error_;
    const auto found = keys_.find(id);
    if (found == keys_.end()) co_return no_such_key();
    co_return found->second;
  }

  awaitable<result<std::vector<access::Key>>> list(Call& /*call*/, std::optional<access::KeyCursor> after,
                                                   std::size_t limit) override {
    const std::lock_guard lock{mutex_};
    if (error_) co_return *error_;
    std::vector<access::Key> keys;
    for (const auto& [id, key] : keys_) {
      if (!after || std::pair{after->created_at, after->id} < std::pair{key.created_at, key.id}) {
        keys.push_back(key);
      }
    }
    std::ranges::sort(keys, [](const access::Key& a, const access::Key& b) {
      return std::pair{a.created_at, a.id} < std::pair{b.created_at, b.id};
    });
    if (keys.size() > limit) keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(limit), keys.end());
    co_return keys;
  }

  awaitable<result<access::Key>> revoke(Call& /*call*/, KeyId id, Timestamp now) override {
    const std::lock_guard lock{mutex_};
    if (const auto error = write_error()) co_return *error;
    const auto found = keys_.find(id);
    if (found == keys_.end()) co_return no_such_key();
    access::Key& key = found->second;
    if (!key.revoked_at) {
      key.revoked_at = now;
      key.change = ++change_;
    }
    co_return key;
  }

  awaitable<result<access::Key>> rotate(Call& /*call*/, KeyId id, access::Rotation rotation) override {
    const std::lock_guard lock{mutex_};
    if (const auto error = write_error()) co_return *error;
    const auto found = keys_.find(id);
    if (found == keys_.end()) co_return no_such_key();
    access::Key& key = found->second;
    if (key.revoked_at) co_return Error{ErrorCode::deleted, "This key is revoked."};
    if (key.expires_at && *key.expires_at <= rotation.now)
      co_return Error{ErrorCode::expired, "This key has expired."};
    if (rotation.previous_until > rotation.now && key.previous_until > rotation.now) {
      co_return Error{ErrorCode::not_yet, "This key has two secrets."};
    }
    key.previous = key.secret;
    key.previous_until = rotation.previous_until;
    key.secret = rotation.secret;
    key.rotated_at = rotation.now;
    key.change = ++change_;
    co_return key;
  }

  awaitable<result<void>> note_used(Call& /*call*/, std::vector<access::KeyUse> uses) override {
    const std::lock_guard lock{mutex_};
    if (const auto error = write_error()) co_return *error;
    for (const access::KeyUse& use : uses) {
      const auto found = keys_.find(use.id);
      if (found != keys_.end()) found->second.last_used_at = use.at;
    }
    co_return result<void>{};
  }

 private:
  static Error no_such_key() { return {ErrorCode::not_found, "There is no key with this id.", {}, {}}; }
  [[nodiscard]] std::optional<Error> write_error() const { return error_ ? error_ : write_error_; }

  mutable std::mutex mutex_;
  std::map<KeyId, access::Key> keys_;
  std::int64_t change_ = 0;
  std::size_t looks_ = 0;
  std::optional<Error> error_;
  std::optional<Error> write_error_;
};

}  // namespace curt::test
