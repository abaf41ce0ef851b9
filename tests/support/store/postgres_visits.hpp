#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "support/patience.hpp"
#include "support/store/postgres_store.hpp"
#include "support/store/visit_store_contract.hpp"

namespace curt::test {

/// Tests of what only the Postgres store does with visits.
class PostgresVisits : public PostgresStoreTest {
 protected:
  using Outcome = result<std::vector<visits::Applied>>;

  static Outcome apply(store::Store& store, std::vector<visits::Batch> batches,
                       std::chrono::milliseconds time = patience()) {
    Call call = call_within(time);
    return run(store.visits().apply(call, std::move(batches)));
  }

  static result<visits::MaintenanceReport> maintain(store::Store& store, std::int64_t day,
                                                    visits::Retention retention = {}) {
    Call call = call_within();
    return run(
        store.visits().maintain(call, retention, Timestamp{std::chrono::days{day}} + std::chrono::hours{7}));
  }

  /// A batch of one visit with its details.
  static visits::Batch visit_on(std::int64_t day, std::uint64_t first) {
    visits::Batch batch = batch_of(batch_id(first), {count_of("a", 1, 0, day * 24)});
    batch.details.push_back(detail_of("a", Timestamp{std::chrono::days{day}}, "https://example.com/\xc3"));
    return batch;
  }

  [[nodiscard]] std::string count(const std::string& what) const {
    return ask("SELECT count(*) FROM " + what);
  }

  [[nodiscard]] double left_out() const {
    return metric("curt_store_visit_details_left_out_total{store=\"postgres\"}");
  }
};

}  // namespace curt::test
