#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "curt/links/outbox.hpp"

#include "store/job_queue.hpp"

namespace curt::store {

/// The calls of links::Outbox as jobs in queues. `Db` is the store's connection, whose namespace has
/// functions that give a result<>:
///
///   look_at_outbox, find_open_changes, note_changes_announced, believe_cache, sweep_outbox
template <class Db>
class QueuedOutbox : public links::Outbox {
 public:
  /// `looks` and `writes` may be the same; they must outlive the outbox.
  QueuedOutbox(JobQueue<Db>& looks, JobQueue<Db>& writes) : looks_(looks), writes_(writes) {}

  awaitable<result<links::OutboxView>> look(Call& call, std::string since) override {
    auto work = [since = std::move(since)](Db& db) { return look_at_outbox(db, since); };
    return ask<links::OutboxView>(looks_, call, std::move(work));
  }

  awaitable<result<std::vector<Link>>> open_changes(Call& call, ShortCode after, std::size_t limit) override {
    auto work = [after, limit](Db& db) { return find_open_changes(db, after, limit); };
    return ask<std::vector<Link>>(looks_, call, std::move(work));
  }

  awaitable<result<void>> note_announced(Call& call, std::vector<links::Change> changes,
                                         std::string identity) override {
    auto work = [changes = std::move(changes), identity = std::move(identity)](Db& db) {
      return note_changes_announced(db, changes, identity);
    };
    return ask<void>(writes_, call, std::move(work));
  }

  awaitable<result<bool>> believe(Call& call, std::string identity, std::string instead_of) override {
    auto work = [identity = std::move(identity), instead_of = std::move(instead_of)](Db& db) {
      return believe_cache(db, identity, instead_of);
    };
    return ask<bool>(writes_, call, std::move(work));
  }

  awaitable<result<std::size_t>> sweep(Call& call, std::size_t limit) override {
    auto work = [limit](Db& db) { return sweep_outbox(db, limit); };
    return ask<std::size_t>(writes_, call, std::move(work));
  }

 private:
  JobQueue<Db>& looks_;
  JobQueue<Db>& writes_;
};

}  // namespace curt::store
