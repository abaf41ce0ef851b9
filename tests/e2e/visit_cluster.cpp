#include "e2e/visit_cluster.hpp"

#include <csignal>
#include <fstream>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "support/paths.hpp"
#include "support/patience.hpp"

namespace curt::test {

VisitCluster::VisitCluster(int links) : links_(links) {
  {
    std::ofstream file{folder.path() / "links.csv"};
    for (int i = 0; i < links; ++i) file << visited_code(i) << ",https://example.com/" << i << '\n';
  }
  const Finished import = run_curt({"import", "links.csv"});
  if (import.status != 0) throw std::runtime_error{"curt import: " + import.err};
}

ChildProcess& VisitCluster::start_worker() {
  const std::vector<std::string> command{curt_binary(), "worker"};
  return *workers_.emplace_back(
      std::make_unique<ChildProcess>(command, ChildOptions{environment(), folder.path(), "/dev/null"}));
}

nlohmann::json VisitCluster::completeness(std::size_t instance) {
  RawClient client{(*this)[instance].port()};
  const auto answer = ask(client, "GET", "/api/v1/stats");
  if (!answer || answer->status != 200) return nullptr;
  return nlohmann::json::parse(answer->body).at("completeness");
}

bool VisitCluster::await_persisted(std::uint64_t at_least, std::size_t instance) {
  nlohmann::json last;
  const bool all = eventually(
      [&] {
        last = completeness(instance);
        return !last.is_null() && last.at("in_flight") == 0 && last.at("persisted") >= at_least;
      },
      patience(std::chrono::minutes{10}));
  fmt::print("completeness: {}\n", last.dump());
  return all;
}

std::vector<std::uint64_t> VisitCluster::totals(std::size_t instance) {
  std::vector<std::uint64_t> all(static_cast<std::size_t>(links_));
  RawClient client{(*this)[instance].port()};
  std::string cursor;
  do {
    const auto answer = ask(client, "GET", "/api/v1/links?limit=500&sort=code&cursor=" + cursor);
    if (!answer || answer->status != 200) throw std::runtime_error{"the links cannot be listed"};
    const auto page = nlohmann::json::parse(answer->body);
    for (const auto& link : page.at("data")) {
      const std::string code = link.at("code");
      all.at(std::stoul(code.substr(1))) = link.at("visits").at("total");
    }
    cursor = page.at("next_cursor").is_null() ? "" : page.at("next_cursor").get<std::string>();
  } while (!cursor.empty());
  return all;
}

bool VisitCluster::stop_all() {
  bool well = stop();
  for (const auto& worker : workers_) {
    if (!worker->is_running()) continue;  // the test killed it
    worker->send_signal(SIGTERM);
    well = worker->wait() == 0 && well;
  }
  workers_.clear();
  return well;
}

void expect_counted(const VisitBook& book, const std::vector<std::uint64_t>& totals) {
  int wrong = 0;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    const bool fits = totals[i] >= book.answered[i] && totals[i] <= book.answered[i] + book.uncertain[i];
    if (fits) continue;
    EXPECT_LT(++wrong, 1) << visited_code(static_cast<int>(i)) << ": " << book.answered[i] << " answered, "
                          << book.uncertain[i] << " uncertain, " << totals[i] << " counted";
    if (wrong == 10) break;
  }
  fmt::print("{} redirects answered, {} uncertain, {} counted; {} other answers\n", book.all_answered(),
             book.all_uncertain(), std::accumulate(totals.begin(), totals.end(), std::uint64_t{0}),
             book.wrong);
}

}  // namespace curt::test
