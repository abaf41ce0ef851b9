#include <memory>
#include <string>

#include <gmock/gmock.h>

#include "curt/store/postgres/postgres_store.hpp"

#include "support/servers/pgbouncer_server.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/store/key_store_contract.hpp"
#include "support/store/outbox_contract.hpp"
#include "support/store/visit_store_contract.hpp"

namespace curt::test {
namespace {

/// A store over a database of its own, direct or through PgBouncer in transaction mode.
class PostgresFixture : public StoreFixture {
 public:
  explicit PostgresFixture(bool through_pgbouncer) {
    options_.url = PostgresServer::shared().fresh_schema();
    if (through_pgbouncer) {
      pgbouncer_ = std::make_unique<PgBouncerServer>(PostgresServer::shared());
      options_.url = pgbouncer_->url(options_.url);
      options_.prepared_statements = false;
    }
    reopen();
  }

  [[nodiscard]] store::Store& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    metrics_ = std::make_unique<Metrics>();
    store_ = store::open_postgres_store(options_, clock_, *metrics_).value();
  }

 private:
  store::PostgresOptions options_;
  std::unique_ptr<PgBouncerServer> pgbouncer_;
  SystemClock clock_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<store::Store> store_;
};

const StoreUnderTest kDirect{"direct", [] { return std::make_unique<PostgresFixture>(false); }};
const StoreUnderTest kThroughPgBouncer{"transactions",
                                       [] { return std::make_unique<PostgresFixture>(true); }};

INSTANTIATE_TEST_SUITE_P(Postgres, KeyStoreContract, testing::Values(kDirect));
INSTANTIATE_TEST_SUITE_P(Postgres, LinkStoreContract, testing::Values(kDirect));
INSTANTIATE_TEST_SUITE_P(Postgres, OutboxContract, testing::Values(kDirect));
INSTANTIATE_TEST_SUITE_P(Postgres, VisitStoreContract, testing::Values(kDirect));
INSTANTIATE_TEST_SUITE_P(PgBouncer, KeyStoreContract, testing::Values(kThroughPgBouncer));
INSTANTIATE_TEST_SUITE_P(PgBouncer, LinkStoreContract, testing::Values(kThroughPgBouncer));
INSTANTIATE_TEST_SUITE_P(PgBouncer, OutboxContract, testing::Values(kThroughPgBouncer));
INSTANTIATE_TEST_SUITE_P(PgBouncer, VisitStoreContract, testing::Values(kThroughPgBouncer));

}  // namespace
}  // namespace curt::test
