#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "curt/store/store.hpp"

#include "store/job_queue.hpp"
#include "store/list_steps.hpp"
#include "store/refusals.hpp"

namespace curt::store {

/// The calls of links::LinkStore as jobs in queues. `Port` is the Store that it implements, `Db` the store's
/// connection, whose namespace has functions that give a result<>:
///
///   find_row, create_link, update_link, disable_links, remove_link, restore_link, give_links, spend_visits,
///   import_links
///
/// and those that list_steps.hpp names. Left to the store: ping() and all that is not about links.
template <class Db, class Port>
class QueuedLinkStore : public Port {
 public:
  awaitable<result<Link>> find(Call& call, ShortCode code) override {
    auto work = [code](Db& db) -> result<Link> {
      std::optional<Link> link = find_row(db, code);
      if (!link) return not_found(code);
      return *std::move(link);
    };
    return ask<Link>(queues().reads, call, std::move(work));
  }

  awaitable<result<links::Created>> create(Call& call, links::CreateRequest request) override {
    auto work = [request = std::move(request)](Db& db) { return create_link(db, request); };
    return ask<links::Created>(queues().writes, call, std::move(work));
  }

  awaitable<result<links::Edited>> update(Call& call, ShortCode code, links::LinkPatch patch,
                                          links::Precondition only_if, Timestamp now) override {
    auto work = [code, patch = std::move(patch), only_if, now](Db& db) {
      return update_link(db, code, patch, only_if, now);
    };
    return ask<links::Edited>(queues().writes, call, std::move(work));
  }

  awaitable<result<std::vector<Link>>> disable(Call& call, std::vector<links::LinkVersion> links,
                                               Timestamp now) override {
    auto work = [links = std::move(links), now](Db& db) { return disable_links(db, links, now); };
    return ask<std::vector<Link>>(queues().writes, call, std::move(work));
  }

  awaitable<result<Link>> remove(Call& call, ShortCode code, links::Precondition only_if,
                                 Timestamp now) override {
    auto work = [code, only_if, now](Db& db) { return remove_link(db, code, only_if, now); };
    return ask<Link>(queues().writes, call, std::move(work));
  }

  awaitable<result<Link>> restore(Call& call, ShortCode code, links::Precondition only_if,
                                  Timestamp now) override {
    auto work = [code, only_if, now](Db& db) { return restore_link(db, code, only_if, now); };
    return ask<Link>(queues().writes, call, std::move(work));
  }

  awaitable<result<std::vector<ShortCode>>> give(Call& call, std::vector<ShortCode> codes,
                                                 std::optional<KeyId> from, KeyId to) override {
    auto work = [codes = std::move(codes), from, to](Db& db) { return give_links(db, codes, from, to); };
    return ask<std::vector<ShortCode>>(queues().writes, call, std::move(work));
  }

  awaitable<result<links::Spent>> spend(Call& call, ShortCode code, std::uint64_t visits,
                                        Timestamp now) override {
    auto work = [code, visits, now](Db& db) { return spend_visits(db, code, visits, now); };
    return ask<links::Spent>(visits == 0 ? queues().reads : queues().writes, call, std::move(work));
  }

  awaitable<result<links::LinkPage>> list(Call& call, links::ListQuery query) override {
    auto work = [query = std::move(query)](Db& db) { return list_links(db, query); };
    return ask<links::LinkPage>(queues().lists, call, std::move(work));
  }

  awaitable<result<std::vector<links::ImportOutcome>>> import(Call& call, links::ImportRows rows) override {
    auto work = [rows = std::move(rows)](Db& db) { return import_links(db, *rows); };
    return ask<std::vector<links::ImportOutcome>>(queues().writes, call, std::move(work));
  }

 protected:
  [[nodiscard]] virtual Queues<Db> queues() noexcept = 0;
};

}  // namespace curt::store
