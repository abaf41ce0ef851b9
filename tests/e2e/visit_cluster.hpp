#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "e2e/cluster.hpp"
#include "e2e/visit_client.hpp"

namespace curt::test {

/// Instances and workers over links that are visited.
class VisitCluster : public Cluster {
 public:
  /// Imports the links visited_code(0) and on.
  explicit VisitCluster(int links);

  /// Starts `curt worker`.
  ChildProcess& start_worker();
  [[nodiscard]] ChildProcess& worker(std::size_t index) { return *workers_.at(index); }

  /// What /api/v1/stats says of how complete the figures are, asked of any instance; null if none answers.
  [[nodiscard]] nlohmann::json completeness(std::size_t instance = 0);

  /// Waits until every visit that was accepted is in the database, and so many are: an instance hears of what
  /// another one has accepted some seconds later only.
  [[nodiscard]] bool await_persisted(std::uint64_t at_least, std::size_t instance = 0);

  /// The total of each link, as the list of links shows it.
  [[nodiscard]] std::vector<std::uint64_t> totals(std::size_t instance = 0);

  /// Ends workers and instances; whether each ended well.
  [[nodiscard]] bool stop_all();

 private:
  int links_;
  std::vector<std::unique_ptr<ChildProcess>> workers_;
};

/// The totals that the client would count, link by link, that are not within its bounds; and the sums as
/// text.
void expect_counted(const VisitBook& book, const std::vector<std::uint64_t>& totals);

}  // namespace curt::test
