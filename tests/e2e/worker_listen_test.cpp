#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "e2e/cluster.hpp"
#include "support/eventually.hpp"
#include "support/paths.hpp"
#include "support/store/other_client.hpp"

namespace curt::test {
namespace {

using testing::HasSubstr;

/// One request over a connection of its own.
RawResponse ask_once(const CurtProcess& process, std::string_view method, std::string_view path) {
  RawClient client{process.port()};
  return ask(client, method, path).value();
}

/// An instance with the link "seen", and a worker that shows how it does.
class WorkerListen : public testing::Test {
 protected:
  WorkerListen() {
    const auto made = ask(client_, "POST", "/shorten", {{"url", "https://example.com/"}, {"alias", "seen"}});
    EXPECT_EQ(made->status, 201U);
    EXPECT_TRUE(eventually([&] { return health().status == 200; }));
  }

  CurtProcess start_worker() {
    return CurtProcess::worker(curt_binary(), cluster_.folder.path(), cluster_.environment());
  }
  void follow_the_link() { EXPECT_EQ(ask(client_, "GET", "/seen")->status, 302U); }
  RawResponse health() const { return ask_once(worker_, "GET", "/health"); }

  /// Has the worker wait in the database as long as the other client lives.
  std::unique_ptr<OtherClient> keep_busy() {
    auto lock =
        std::make_unique<OtherClient>(cluster_.database_url(), "LOCK TABLE visit_totals IN SHARE MODE");
    follow_the_link();
    EXPECT_TRUE(eventually([&] { return health().body.find(R"("busy":true)") != std::string::npos; }));
    return lock;
  }

  Cluster cluster_;
  CurtProcess& instance_ = cluster_.start();
  CurtProcess worker_ = start_worker();
  RawClient client_{instance_.port()};
};

TEST_F(WorkerListen, ShowsWhatTheWorkerDoesAndWhetherItCan) {
  follow_the_link();
  EXPECT_TRUE(eventually([&] { return worker_.metric("curt_visits_applied_total{by=\"worker\"}") == 1; }));
  EXPECT_EQ(worker_.metric("curt_visit_batches_total{by=\"worker\",outcome=\"applied\"}"), 1);

  const auto told = nlohmann::json::parse(health().body);
  EXPECT_EQ(told.at("status"), "up");
  EXPECT_EQ(told.at("components").at("database").at("kind"), "postgres");
  EXPECT_EQ(told.at("components").at("stream").at("status"), "up");
  EXPECT_EQ(ask_once(worker_, "HEAD", "/health").status, 200U);
  EXPECT_EQ(ask_once(worker_, "GET", "/health/live").status, 200U);
  EXPECT_EQ(ask_once(worker_, "GET", "/health/ready").status, 200U);

  const RawResponse post = ask_once(worker_, "POST", "/metrics");
  EXPECT_EQ(post.status, 405U);
  EXPECT_EQ(post.header("Allow"), "GET, HEAD");
  const RawResponse other = ask_once(worker_, "GET", "/seen");
  EXPECT_EQ(other.status, 404U);
  EXPECT_THAT(other.header("Content-Type"), HasSubstr("application/problem+json"));

  cluster_.redis.kill();
  EXPECT_TRUE(eventually([&] { return health().status == 503; }));
  EXPECT_THAT(health().body, HasSubstr("the stream cannot be reached"));
  EXPECT_EQ(ask_once(worker_, "GET", "/health/live").status, 200U) << "starting it again would help nobody";
  EXPECT_EQ(worker_.stop(), 0);
}

TEST_F(WorkerListen, TellsABusyDatabaseFromOneThatIsAway) {
  const std::string url = "http://127.0.0.1:" + std::to_string(worker_.port()) + "/health";
  {
    const auto busy = keep_busy();
    EXPECT_EQ(cluster_.run_curt({"health", "--url", url, "--timeout", "1m"}).status, 0);
  }
  cluster_.postgres.stop();
  EXPECT_TRUE(eventually([&] { return health().status == 503; }));
  EXPECT_EQ(cluster_.run_curt({"health", "--url", url}).status, 1);
  EXPECT_EQ(worker_.stop(), 0);
}

TEST_F(WorkerListen, StopsWhileItsHealthIsAskedAndItsDatabaseIsBusy) {
  auto busy = keep_busy();
  RawClient waiting{worker_.port()};
  ASSERT_TRUE(waiting.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  ChildProcess& process = worker_.process();
  process.send_signal(SIGTERM);
  std::optional<std::string> line = process.read_line();
  while (line && line->find("stopping") == std::string::npos) line = process.read_line();
  EXPECT_TRUE(line) << "it does not stop";
  busy.reset();
  EXPECT_EQ(process.wait(), 0);
  CurtProcess next = start_worker();
  EXPECT_TRUE(eventually([&] {
    const auto link = nlohmann::json::parse(ask(client_, "GET", "/api/v1/links/seen")->body);
    return link.at("visits").at("total") == 1;
  })) << "another worker takes over what it had";
  EXPECT_EQ(next.stop(), 0);
}

TEST_F(WorkerListen, SaysThatItsAddressIsTaken) {
  const std::string taken = "127.0.0.1:" + std::to_string(instance_.port());
  const Finished second = cluster_.run_curt({"worker", "--worker-listen", taken});
  EXPECT_EQ(second.status, 1);
  EXPECT_THAT(second.err, HasSubstr("curt worker: "));
  EXPECT_THAT(second.err, HasSubstr(taken));
  EXPECT_THAT(second.err, HasSubstr("(setting worker_listen, CURT_WORKER_LISTEN)"));
}

}  // namespace
}  // namespace curt::test
