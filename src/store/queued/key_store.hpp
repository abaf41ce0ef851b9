#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "curt/access/key_store.hpp"

#include "store/job_queue.hpp"
#include "store/refusals.hpp"

namespace curt::store {

/// The calls of access::KeyStore as jobs in queues. `Db` is the store's connection, whose namespace has
/// functions that give a result<>:
///
///   look_at_keys, add_key, list_keys, revoke_key, rotate_key, note_keys_used
///
/// and find_key_row.
template <class Db>
class QueuedKeyStore final : public access::KeyStore {
 public:
  /// `looks` is for changes(), which must not wait for other calls. The queues outlive the store.
  QueuedKeyStore(JobQueue<Db>& looks, Queues<Db> queues) : looks_(looks), queues_(queues) {}

  awaitable<result<access::KeyChanges>> changes(Call& call, std::optional<std::int64_t> since) override {
    auto work = [since](Db& db) { return look_at_keys(db, since); };
    return ask<access::KeyChanges>(looks_, call, std::move(work));
  }

  awaitable<result<std::optional<access::Key>>> add(Call& call, access::Key key) override {
    auto work = [key = std::move(key)](Db& db) { return add_key(db, key); };
    return ask<std::optional<access::Key>>(queues_.writes, call, std::move(work));
  }

  awaitable<result<access::Key>> find(Call& call, KeyId id) override {
    auto work = [id](Db& db) -> result<access::Key> {
      std::optional<access::Key> key = find_key_row(db, id);
      if (!key) return key_not_found(id);
      return *std::move(key);
    };
    return ask<access::Key>(queues_.reads, call, std::move(work));
  }

  awaitable<result<std::vector<access::Key>>> list(Call& call, std::optional<access::KeyCursor> after,
                                                   std::size_t limit) override {
    auto work = [after, limit](Db& db) { return list_keys(db, after, limit); };
    return ask<std::vector<access::Key>>(queues_.lists, call, std::move(work));
  }

  awaitable<result<access::Key>> revoke(Call& call, KeyId id, Timestamp now) override {
    auto work = [id, now](Db& db) { return revoke_key(db, id, now); };
    return ask<access::Key>(queues_.writes, call, std::move(work));
  }

  awaitable<result<access::Key>> rotate(Call& call, KeyId id, access::Rotation rotation) override {
    auto work = [id, rotation](Db& db) { return rotate_key(db, id, rotation); };
    return ask<access::Key>(queues_.writes, call, std::move(work));
  }

  awaitable<result<void>> note_used(Call& call, std::vector<access::KeyUse> uses) override {
    auto work = [uses = std::move(uses)](Db& db) { return note_keys_used(db, uses); };
    return ask<void>(queues_.writes, call, std::move(work));
  }

 private:
  JobQueue<Db>& looks_;
  const Queues<Db> queues_;
};

}  // namespace curt::store
