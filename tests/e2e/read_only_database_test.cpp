#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/visit_cluster.hpp"
#include "support/eventually.hpp"

namespace curt::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr int kLinks = 100;

json health_of(RawClient& client) {
  const auto answer = ask(client, "GET", "/health");
  return answer && answer->status == 200 ? json::parse(answer->body) : json{};
}

bool edit(RawClient& client) {
  const auto answer = ask(client, "PATCH", "/api/v1/links/" + visited_code(0), {{"title", "A title"}});
  return answer && answer->status == 200;
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t times = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++times;
  return times;
}

TEST(ReadOnlyDatabase, ServesLinksRefusesChangesAtOnceAndCountsTheVisitsAfterwards) {
  VisitCluster cluster{kLinks};
  // Every redirect is a read of the database, and the visits go there too.
  CurtProcess& curt = cluster.start({{"CURT_CACHE_BYTES", "0"}, {"CURT_REDIS_URL", ""}});
  RawClient client{curt.port()};
  VisitClient visitor{[&] { return curt.port(); }, kLinks, 1, 20};
  ASSERT_TRUE(visitor.visit_some());
  ASSERT_TRUE(edit(client));
  ASSERT_EQ(health_of(client).at("status"), "up");

  cluster.postgres.refuse_writes();
  const double connects = curt.metric("curt_db_connects_total");
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    const auto refused = ask(client, "POST", "/shorten", {{"url", "https://example.com/"}});
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503U);
    EXPECT_THAT(refused->header("Retry-After"), testing::AnyOf("1", "2", "3"));
    EXPECT_THAT(refused->body, HasSubstr("the database takes no writes at the moment"));
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const double more = curt.metric("curt_db_connects_total") - connects;
  fmt::print("20 creates refused in {:.3f} s, {} connects\n", seconds, more);
  EXPECT_LE(more, 8 + 1 + seconds) << "each connection once, and a probe a second";

  for (int i = 0; i < 10; ++i) ASSERT_TRUE(visitor.visit_some());
  EXPECT_EQ(visitor.book().wrong, 0U) << "links are read all the same";
  json health;
  EXPECT_TRUE(eventually([&] {
    health = health_of(client);
    return !health.is_null() && health.at("components").at("visits").at("handing_on") == false;
  })) << "they wait in the spool";
  EXPECT_EQ(health.at("status"), "degraded");
  EXPECT_EQ(health.at("components").at("database").at("status"), "degraded");
  EXPECT_EQ(health.at("components").at("database").at("error"), "the database takes no writes at the moment");
  EXPECT_EQ(ask(client, "GET", "/health/ready")->status, 200U);
  EXPECT_EQ(curt.metric(R"(curt_dependency_up{dependency="postgres_writes"})"), 0);
  EXPECT_EQ(curt.metric(R"(curt_dependency_up{dependency="postgres"})"), 1);

  cluster.postgres.take_writes();
  const auto back = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] { return edit(client); }));
  fmt::print("writes again after {:.2f} s\n",
             std::chrono::duration<double>(std::chrono::steady_clock::now() - back).count());
  ASSERT_TRUE(cluster.await_persisted(visitor.book().all_answered()));
  EXPECT_EQ(cluster.totals(), visitor.book().answered) << "each visit once";
  EXPECT_TRUE(eventually([&] { return health_of(client).at("status") == "up"; }));
  EXPECT_EQ(curt.metric(R"(curt_dependency_up{dependency="postgres_writes"})"), 1);
  const std::string log = curt.process().standard_output();
  EXPECT_EQ(count(log, R"("dependency":"postgres_writes")"), 2U) << "when it began and when it ended\n"
                                                                 << log;
  EXPECT_TRUE(cluster.stop_all());
}

}  // namespace
}  // namespace curt::test
