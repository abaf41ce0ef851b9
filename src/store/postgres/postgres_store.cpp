#include "curt/store/postgres/postgres_store.hpp"

#include <optional>
#include <utility>

#include "store/postgres/connection/connection_string.hpp"
#include "store/postgres/keys/key_rows.hpp"
#include "store/postgres/keys/keys.hpp"
#include "store/postgres/links/create_group.hpp"
#include "store/postgres/links/import_links.hpp"
#include "store/postgres/links/link_rows.hpp"
#include "store/postgres/links/link_writes.hpp"
#include "store/postgres/links/list_links.hpp"
#include "store/postgres/links/outbox.hpp"
#include "store/postgres/links/search_texts.hpp"
#include "store/postgres/links/spend_visits.hpp"
#include "store/postgres/pool/claims.hpp"
#include "store/postgres/pool/pool.hpp"
#include "store/postgres/visit_store.hpp"
#include "store/queued/key_store.hpp"
#include "store/queued/link_store.hpp"
#include "store/queued/outbox.hpp"

namespace curt::store::postgres {
namespace {

using links::Created;

constexpr Statement kPing{"ping", "SELECT max(version) FROM schema_migrations"};

ConnectionOptions connection_options(const PostgresOptions& options, std::string connection_string) {
  ConnectionOptions connection{.connection_string = std::move(connection_string),
                               .connection_string_now = {},
                               .prepared_statements = options.prepared_statements,
                               .statement_timeout = options.statement_timeout};
  if (options.url_now) {
    connection.connection_string_now = [url_now = options.url_now, first = connection.connection_string,
                                        timeout = options.connect_timeout, name = options.application_name] {
      const auto completed = complete_connection_string(url_now(), timeout, name);
      return completed ? *completed : first;
    };
  }
  return connection;
}

PoolOptions pool_options(const PostgresOptions& options, std::string connection_string, Metrics& metrics) {
  return {.connection = connection_options(options, std::move(connection_string)),
          .size = options.pool_size,
          .queue_length = options.queue_length,
          .most_creates = options.most_creates,
          .client_share = options.client_share,
          .min_size = options.pool_min,
          .queue_timeout = options.queue_timeout,
          .idle_timeout = options.idle_timeout,
          .creates = create_groups(metrics)};
}

/// One connection, so that a look at the outbox or at the keys waits for nobody.
PoolOptions outbox_pool_options(const PostgresOptions& options, std::string connection_string) {
  return {.connection = connection_options(options, std::move(connection_string)),
          .size = 1,
          .queue_timeout = options.queue_timeout,
          .idle_timeout = options.idle_timeout,
          .probes = false};
}

/// The outbox, on a connection of its own, which tells the pool of the others whether it could write and
/// believes that one.
class PostgresOutbox final : public QueuedOutbox<Connection> {
 public:
  PostgresOutbox(Pool& own, Pool& others)
      : QueuedOutbox(own.queue(LaneName::read), own.queue(LaneName::read)), own_(own), others_(others) {}

  awaitable<result<links::OutboxView>> look(Call& call, std::string since) override {
    auto view = co_await QueuedOutbox::look(call, std::move(since));
    if (!view) co_return view;
    others_.note_writable(view->writable);
    if (!view->writable && others_.takes_writes()) own_.renew();
    co_return view;
  }

 private:
  Pool& own_;
  Pool& others_;
};

/// Fills the texts of the search through a queue of background work.
class PostgresSearchIndex final : public links::SearchIndex {
 public:
  explicit PostgresSearchIndex(JobQueue<Connection>& queue) : queue_(queue) {}

  awaitable<result<links::SearchFilled>> fill(Call& call) override {
    auto work = [](Connection& db) { return fill_search_texts(db); };
    return ask<links::SearchFilled>(queue_, call, std::move(work));
  }

 private:
  JobQueue<Connection>& queue_;
};

class PostgresDatabase final : public QueuedLinkStore<Connection, PostgresStore> {
 public:
  PostgresDatabase(const PostgresOptions& options, std::string connection_string, const Clock& clock,
                   Metrics& metrics)
      : reachability_("postgres", clock, metrics),
        writes_("postgres_writes", clock, metrics),
        breaker_("postgres", reachability_, clock, metrics),
        liveness_(breaker_),
        watchdog_(liveness_),
        pool_(pool_options(options, connection_string, metrics), {liveness_, watchdog_, writes_}, metrics),
        untold_(clock),
        outbox_pool_(outbox_pool_options(options, std::move(connection_string)),
                     {liveness_, watchdog_, untold_}, pool_, unshown_),
        outbox_(outbox_pool_, pool_),
        keys_(outbox_pool_.queue(LaneName::read), {.reads = pool_.queue(LaneName::read),
                                                   .writes = pool_.queue(LaneName::write),
                                                   .lists = pool_.queue(LaneName::list)}),
        visits_(make_visit_store({.reads = pool_.queue(LaneName::read),
                                  .writes = pool_.queue(LaneName::visits),
                                  .lists = pool_.queue(LaneName::list)},
                                 metrics)),
        search_index_(pool_.queue(LaneName::visits)) {
    // A pooler's sessions do not tell who is there.
    if (claim_of(options.application_name) == 0 || !options.prepared_statements) return;
    claims_.emplace(options.application_name, outbox_pool_.queue(LaneName::read), watchdog_);
  }

  awaitable<result<Created>> create(Call& call, links::CreateRequest request) override {
    if (!request.reuse && !request.idempotency) return create_plainly(call, std::move(request.link));
    return QueuedLinkStore::create(call, std::move(request));
  }

  awaitable<result<void>> ping(Call& call) override {
    auto work = [](Connection& db) -> result<void> {
      db.run(kPing);
      return {};
    };
    return ask<void>(pool_.queue(LaneName::read), call, std::move(work));
  }

  awaitable<result<void>> sync(Call& /*call*/) override { co_return result<void>{}; }

  [[nodiscard]] visits::VisitStore& visits() noexcept override { return *visits_; }
  [[nodiscard]] links::Outbox& outbox() noexcept override { return outbox_; }
  [[nodiscard]] access::KeyStore& keys() noexcept override { return keys_; }
  [[nodiscard]] links::SearchIndex* search_index() noexcept override { return &search_index_; }
  [[nodiscard]] std::string_view kind() const noexcept override { return "postgres"; }
  [[nodiscard]] const Reachability& reachability() const noexcept override { return reachability_; }
  [[nodiscard]] const Reachability& writes() const noexcept override { return writes_; }
  [[nodiscard]] PoolState pool() const override { return pool_.state(); }
  [[nodiscard]] std::optional<std::size_t> max_connections() const noexcept override {
    return pool_.max_connections();
  }
  [[nodiscard]] std::optional<ConnectionClaims> claims() const override {
    return claims_ ? claims_->last() : std::nullopt;
  }

 private:
  [[nodiscard]] Queues<Connection> queues() noexcept override {
    return {.reads = pool_.queue(LaneName::read),
            .writes = pool_.queue(LaneName::write),
            .lists = pool_.queue(LaneName::list)};
  }

  awaitable<result<Created>> create_plainly(Call& call, links::NewLink link) {
    auto start = [this, deadline = call.deadline, client = call.client,
                  wanted = std::move(link)](Completion<Answer<Created>> done) mutable {
      pool_.queue(LaneName::create)
          .push(std::make_unique<PlainCreate>(deadline, std::move(wanted), std::move(done), client));
    };
    Answer<Created> answer = co_await suspend<Answer<Created>>(std::move(start));
    call.statements += answer.statements;
    co_return std::move(answer.value);
  }

  Reachability reachability_;
  Reachability writes_;
  limits::CircuitBreaker breaker_;
  Liveness liveness_;
  Watchdog watchdog_;
  Pool pool_;
  Reachability untold_;  ///< what pool_ tells already
  Metrics unshown_;      ///< of queues with one job at a time
  Pool outbox_pool_;
  PostgresOutbox outbox_;
  QueuedKeyStore<Connection> keys_;
  std::unique_ptr<visits::VisitStore> visits_;
  PostgresSearchIndex search_index_;
  std::optional<ClaimCount> claims_;
};

}  // namespace
}  // namespace curt::store::postgres

namespace curt::store {

result<std::unique_ptr<PostgresStore>> open_postgres_store(const PostgresOptions& options, const Clock& clock,
                                                           Metrics& metrics) {
  auto connection_string =
      postgres::complete_connection_string(options.url, options.connect_timeout, options.application_name);
  if (!connection_string) return connection_string.error();
  return std::make_unique<postgres::PostgresDatabase>(options, *std::move(connection_string), clock, metrics);
}

}  // namespace curt::store
