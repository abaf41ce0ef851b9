#include <chrono>
#include <string>
#include <string_view>
#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "e2e/cluster.hpp"
#include "support/eventually.hpp"
#include "support/paths.hpp"

namespace curt::test {
namespace {

using testing::HasSubstr;

/// One request over a connection of its own.
RawResponse ask_once(const CurtProcess& process, std::string_view method, std::string_view path) {
  RawClient client{process.port()};
  return ask(client, method, path).value();
}

TEST(WorkerListen, ShowsWhatTheWorkerDoesAndWhetherItCan) {
  Cluster cluster;
  CurtProcess& instance = cluster.start();
  CurtProcess worker = CurtProcess::worker(curt_binary(), cluster.folder.path(), cluster.environment());
  RawClient client{instance.port()};
  ASSERT_EQ(ask(client, "POST", "/shorten", {{"url", "https://example.com/"}, {"alias", "seen"}})->status,
            201U);
  ASSERT_EQ(ask(client, "GET", "/seen")->status, 302U);
  EXPECT_TRUE(eventually([&] { return worker.metric("curt_visits_applied_total{by=\"worker\"}") == 1; }));
  EXPECT_EQ(worker.metric("curt_visit_batches_total{by=\"worker\",outcome=\"applied\"}"), 1);

  const RawResponse health = ask_once(worker, "GET", "/health");
  EXPECT_EQ(health.status, 200U);
  const auto told = nlohmann::json::parse(health.body);
  EXPECT_EQ(told.at("status"), "up");
  EXPECT_EQ(told.at("components").at("database").at("kind"), "postgres");
  EXPECT_EQ(told.at("components").at("stream").at("status"), "up");
  EXPECT_EQ(ask_once(worker, "HEAD", "/health").status, 200U);
  EXPECT_EQ(ask_once(worker, "GET", "/health/live").status, 200U);
  EXPECT_EQ(ask_once(worker, "GET", "/health/ready").status, 200U);

  const RawResponse post = ask_once(worker, "POST", "/metrics");
  EXPECT_EQ(post.status, 405U);
  EXPECT_EQ(post.header("Allow"), "GET, HEAD");
  const RawResponse other = ask_once(worker, "GET", "/seen");
  EXPECT_EQ(other.status, 404U);
  EXPECT_THAT(other.header("Content-Type"), HasSubstr("application/problem+json"));

  cluster.redis.kill();
  EXPECT_TRUE(eventually([&] { return ask_once(worker, "GET", "/health").status == 503; }));
  EXPECT_THAT(ask_once(worker, "GET", "/health").body, HasSubstr("the stream cannot be reached"));
  EXPECT_EQ(ask_once(worker, "GET", "/health/live").status, 200U) << "starting it again would help nobody";
  EXPECT_EQ(worker.stop(), 0);
}

TEST(WorkerListen, TellsABusyDatabaseFromOneThatIsAway) {
  Cluster cluster;
  CurtProcess& instance = cluster.start();
  CurtProcess worker = CurtProcess::worker(curt_binary(), cluster.folder.path(), cluster.environment());
  const std::string url = "http://127.0.0.1:" + std::to_string(worker.port()) + "/health";
  ASSERT_TRUE(eventually([&] { return ask_once(worker, "GET", "/health").status == 200; }));
  RawClient client{instance.port()};
  ASSERT_EQ(ask(client, "POST", "/shorten", {{"url", "https://example.com/"}, {"alias", "seen"}})->status,
            201U);
  {
    const std::jthread lock{
        [&] { cluster.run_sql("BEGIN; LOCK TABLE visit_totals IN SHARE MODE; SELECT pg_sleep(4); COMMIT"); }};
    ASSERT_EQ(ask(client, "GET", "/seen")->status, 302U);
    EXPECT_TRUE(eventually(
        [&] { return ask_once(worker, "GET", "/health").body.find(R"("busy":true)") != std::string::npos; }));
    EXPECT_EQ(cluster.run_curt({"health", "--url", url}).status, 0);
  }
  cluster.postgres.stop();
  EXPECT_TRUE(eventually([&] { return ask_once(worker, "GET", "/health").status == 503; }));
  EXPECT_EQ(cluster.run_curt({"health", "--url", url}).status, 1);
  EXPECT_EQ(worker.stop(), 0);
}

TEST(WorkerListen, StopsWhileItsHealthIsAskedAndItsDatabaseIsBusy) {
  Cluster cluster;
  CurtProcess& instance = cluster.start();
  CurtProcess worker = CurtProcess::worker(curt_binary(), cluster.folder.path(), cluster.environment());
  ASSERT_TRUE(eventually([&] { return ask_once(worker, "GET", "/health").status == 200; }));
  RawClient client{instance.port()};
  ASSERT_EQ(ask(client, "POST", "/shorten", {{"url", "https://example.com/"}, {"alias", "seen"}})->status,
            201U);
  const std::jthread lock{
      [&] { cluster.run_sql("BEGIN; LOCK TABLE visit_totals IN SHARE MODE; SELECT pg_sleep(3); COMMIT"); }};
  ASSERT_EQ(ask(client, "GET", "/seen")->status, 302U);
  ASSERT_TRUE(eventually(
      [&] { return ask_once(worker, "GET", "/health").body.find(R"("busy":true)") != std::string::npos; }));
  RawClient waiting{worker.port()};
  ASSERT_TRUE(waiting.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_EQ(worker.stop(), 0);
  CurtProcess next = CurtProcess::worker(curt_binary(), cluster.folder.path(), cluster.environment());
  EXPECT_TRUE(eventually([&] {
    const auto link = nlohmann::json::parse(ask(client, "GET", "/api/v1/links/seen")->body);
    return link.at("visits").at("total") == 1;
  }));
  EXPECT_EQ(next.stop(), 0);
}

TEST(WorkerListen, AnAddressThatIsTakenIsSaid) {
  Cluster cluster;
  CurtProcess& instance = cluster.start();
  const std::string taken = "127.0.0.1:" + std::to_string(instance.port());
  const Finished worker = cluster.run_curt({"worker", "--worker-listen", taken});
  EXPECT_EQ(worker.status, 1);
  EXPECT_THAT(worker.err, HasSubstr("curt worker: "));
  EXPECT_THAT(worker.err, HasSubstr(taken));
  EXPECT_THAT(worker.err, HasSubstr("(setting worker_listen, CURT_WORKER_LISTEN)"));
}

}  // namespace
}  // namespace curt::test
