#include "curt/store/postgres/postgres_store.hpp"

#include <utility>
#include <vector>

#include "store/postgres/links/create_group.hpp"
#include "store/postgres/links/import_links.hpp"
#include "store/postgres/links/link_rows.hpp"
#include "store/postgres/links/link_writes.hpp"
#include "store/postgres/links/list_links.hpp"
#include "store/postgres/links/spend_visits.hpp"
#include "store/postgres/pool/connection_string.hpp"
#include "store/postgres/pool/pool.hpp"
#include "store/postgres/visit_store.hpp"
#include "store/refusals.hpp"

namespace curt::store {
namespace {

using links::Created;
using links::CreateRequest;
using links::ImportOutcome;
using links::ImportRow;
using links::LinkPage;
using links::LinkPatch;
using links::ListQuery;
using links::Spent;
using postgres::LaneName;
using postgres::Session;

postgres::PoolOptions pool_options(const PostgresOptions& options, std::string connection_string) {
  return {.session = {.connection_string = std::move(connection_string),
                      .prepared_statements = options.prepared_statements,
                      .statement_timeout = options.statement_timeout},
          .size = options.pool_size,
          .queue_capacity = options.queue_capacity,
          .queue_timeout = options.queue_timeout,
          .idle_timeout = options.idle_timeout};
}

class PostgresLinkStore final : public PostgresStore {
 public:
  PostgresLinkStore(const PostgresOptions& options, std::string connection_string, const Clock& clock,
                    Metrics& metrics)
      : reachability_("postgres", clock, metrics),
        pool_(pool_options(options, std::move(connection_string)), reachability_, metrics),
        visits_(pool_, metrics) {}

  awaitable<result<Link>> find(Call& call, ShortCode code) override {
    auto work = [code](Session& db) -> result<Link> {
      std::optional<Link> link = postgres::find_row(db, code);
      if (!link) return not_found(code);
      return *std::move(link);
    };
    return ask<Link>(pool_.queue(LaneName::read), call, std::move(work));
  }

  awaitable<result<Created>> create(Call& call, CreateRequest request) override {
    if (!request.reuse && !request.idempotency) return create_plainly(call, std::move(request.link));
    auto work = [request = std::move(request)](Session& db) { return postgres::create_link(db, request); };
    return ask<Created>(pool_.queue(LaneName::write), call, std::move(work));
  }

  awaitable<result<Link>> update(Call& call, ShortCode code, LinkPatch patch,
                                 std::optional<std::int64_t> if_version, Timestamp now) override {
    auto work = [code, patch = std::move(patch), if_version, now](Session& db) {
      return postgres::update_link(db, code, patch, if_version, now);
    };
    return ask<Link>(pool_.queue(LaneName::write), call, std::move(work));
  }

  awaitable<result<Link>> remove(Call& call, ShortCode code, std::optional<std::int64_t> if_version,
                                 Timestamp now) override {
    auto work = [code, if_version, now](Session& db) {
      return postgres::remove_link(db, code, if_version, now);
    };
    return ask<Link>(pool_.queue(LaneName::write), call, std::move(work));
  }

  awaitable<result<Spent>> spend(Call& call, ShortCode code, std::uint64_t visits, Timestamp now) override {
    auto work = [code, visits, now](Session& db) { return postgres::spend_visits(db, code, visits, now); };
    return ask<Spent>(pool_.queue(visits == 0 ? LaneName::read : LaneName::write), call, std::move(work));
  }

  awaitable<result<LinkPage>> list(Call& call, ListQuery query) override {
    auto work = [query = std::move(query)](Session& db) { return postgres::list_links(db, query); };
    return ask<LinkPage>(pool_.queue(LaneName::list), call, std::move(work));
  }

  awaitable<result<LinkPage>> changed_since(Call& call, Timestamp since, std::optional<links::Cursor> after,
                                            std::size_t limit) override {
    auto work = [since, after, limit](Session& db) {
      return postgres::links_changed_since(db, since, after, limit);
    };
    return ask<LinkPage>(pool_.queue(LaneName::list), call, std::move(work));
  }

  awaitable<result<std::vector<ImportOutcome>>> import(Call& call, std::vector<ImportRow> rows) override {
    auto work = [rows = std::move(rows)](Session& db) { return postgres::import_links(db, rows); };
    return ask<std::vector<ImportOutcome>>(pool_.queue(LaneName::write), call, std::move(work));
  }

  awaitable<result<void>> ping(Call& call) override {
    auto work = [](Session& db) -> result<void> {
      db.run(postgres::Statement::ping);
      return {};
    };
    return ask<void>(pool_.queue(LaneName::read), call, std::move(work));
  }

  [[nodiscard]] visits::VisitStore& visits() noexcept override { return visits_; }
  [[nodiscard]] std::string_view kind() const noexcept override { return "postgres"; }
  [[nodiscard]] const Reachability& reachability() const noexcept override { return reachability_; }
  [[nodiscard]] PoolState pool() const override { return pool_.state(); }
  [[nodiscard]] std::optional<std::size_t> max_connections() const noexcept override {
    return pool_.max_connections();
  }

 private:
  awaitable<result<Created>> create_plainly(Call& call, links::NewLink link) {
    auto start = [this, deadline = call.deadline,
                  wanted = std::move(link)](Completion<Answer<Created>> done) mutable {
      pool_.queue(LaneName::create)
          .push(std::make_unique<postgres::PlainCreate>(deadline, std::move(wanted), std::move(done)));
    };
    Answer<Created> answer = co_await suspend<Answer<Created>>(std::move(start));
    call.statements += answer.statements;
    co_return std::move(answer.value);
  }

  Reachability reachability_;
  postgres::Pool pool_;
  postgres::PostgresVisitStore visits_;
};

}  // namespace

result<std::unique_ptr<PostgresStore>> open_postgres_store(const PostgresOptions& options, const Clock& clock,
                                                           Metrics& metrics) {
  auto connection_string = postgres::complete_connection_string(options.url, options.connect_timeout);
  if (!connection_string) return connection_string.error();
  return std::make_unique<PostgresLinkStore>(options, *std::move(connection_string), clock, metrics);
}

}  // namespace curt::store
