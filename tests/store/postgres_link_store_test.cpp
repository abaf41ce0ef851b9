#include <memory>
#include <string>

#include <gmock/gmock.h>

#include "curt/store/postgres/link_store.hpp"

#include "support/link_store_contract.hpp"
#include "support/pgbouncer_server.hpp"
#include "support/postgres_server.hpp"

namespace curt::test {
namespace {

using links::LinkStore;

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

  [[nodiscard]] LinkStore& store() override { return *store_; }
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
  std::unique_ptr<LinkStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Postgres, LinkStoreContract,
                         testing::Values(StoreUnderTest{
                             "direct", [] { return std::make_unique<PostgresFixture>(false); }}));

INSTANTIATE_TEST_SUITE_P(PgBouncer, LinkStoreContract,
                         testing::Values(StoreUnderTest{
                             "transactions", [] { return std::make_unique<PostgresFixture>(true); }}));

}  // namespace
}  // namespace curt::test
