#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "curt/store/postgres/postgres_store.hpp"

#include "support/metric_value.hpp"
#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/servers/server_process.hpp"
#include "support/store/link_store_contract.hpp"

namespace curt::test {

/// Tests of what only the Postgres store does, with a database of their own on the shared server.
class PostgresStoreTest : public testing::Test {
 protected:
  using Store = std::unique_ptr<store::PostgresStore>;

  [[nodiscard]] Store open(std::size_t pool_size = 4) {
    options_.pool_size = pool_size;
    return open(metrics_);
  }
  [[nodiscard]] Store open(Metrics& metrics) const {
    return store::open_postgres_store(options_, clock_, metrics).value();
  }

  static Call call_within(std::chrono::milliseconds time = patience()) { return Call{Deadline::in(time)}; }

  static result<links::Created> create(links::LinkStore& store, std::string_view code,
                                       std::chrono::milliseconds time = patience()) {
    Call call = call_within(time);
    return run(store.create(call, request_for(new_link(code, "https://example.com/"))));
  }

  static result<Link> find(links::LinkStore& store, std::string_view code,
                           std::chrono::milliseconds time = patience()) {
    Call call = call_within(time);
    return run(store.find(call, code_of(code)));
  }

  /// The value of a series as /metrics shows it.
  [[nodiscard]] double metric(const std::string& series) const {
    return std::stod(metric_value(metrics_, series));
  }

  /// SQL in the store's database.
  [[nodiscard]] std::string ask(const std::string& sql) const { return server_.ask(sql, database_); }

  /// Connections of the store as the server counts them.
  [[nodiscard]] int backends() const {
    return std::stoi(
        ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'curt' AND datname = '" +
            database_ + "'"));
  }

  PostgresServer& server_ = PostgresServer::shared();
  /// A busy machine passes none of the limits.
  store::PostgresOptions options_{
      .url = server_.fresh_schema(),
      .connect_timeout = std::chrono::duration_cast<std::chrono::seconds>(patience()),
      .statement_timeout = patience(),
      .queue_timeout = patience()};
  std::string database_ = options_.url.substr(options_.url.rfind('/') + 1);
  SystemClock clock_;
  Metrics metrics_;
};

}  // namespace curt::test
