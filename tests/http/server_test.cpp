#include "curt/http/server.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "curt/http/recorder.hpp"

#include "support/http/http_fixture.hpp"
#include "support/http/raw_client.hpp"

namespace curt::test {
namespace {

using Server = SharedServer;

TEST_F(Server, AnswersARequest) {
  const auto response = exchange(port(), get("/health/live"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200U);
  EXPECT_EQ(response->body, "ok\n");
  EXPECT_EQ(response->header("Content-Type"), "text/plain");
  EXPECT_EQ(response->header("Connection"), "");
  EXPECT_TRUE(response->header("Date").ends_with(" GMT")) << response->header("Date");
  EXPECT_EQ(response->header("Date").size(), 29U);
}

TEST_F(Server, KeepsTheConnectionForTheNextRequest) {
  RawClient client{port()};
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(client.send(get("/health/live")));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200U);
  }
}

TEST_F(Server, ClosesWhenTheClientWantsIt) {
  RawClient client{port()};
  ASSERT_TRUE(client.send(get("/health/live", "Connection: close\r\n")));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->header("Connection"), "close");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Server, AnswersAHundredPipelinedRequestsInTheirOrder) {
  std::string requests;
  for (int i = 0; i < 100; ++i) {
    requests += i % 2 == 0 ? get("/about?" + std::to_string(i))
                           : post("/shorten", "query=" + std::to_string(i) + "\n");
  }
  RawClient client{port()};
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 100; ++i) {
    const auto response = client.read_response();
    ASSERT_TRUE(response) << i;
    EXPECT_NE(response->body.find("query=" + std::to_string(i) + "\n"), std::string::npos) << response->body;
  }
  EXPECT_FALSE(client.has_buffered());
}

TEST_F(Server, AnswersInOrderWhereOnePipelinedRequestWaits) {
  RawClient client{port()};
  ASSERT_TRUE(client.send(get("/about?1") + get("/wait") + get("/about?3")));
  shared().service.await_waiting(1);
  shared().service.release();
  EXPECT_NE(client.read_response()->body.find("query=1\n"), std::string::npos);
  EXPECT_EQ(client.read_response()->body, "waited\n");
  EXPECT_NE(client.read_response()->body.find("query=3\n"), std::string::npos);
}

TEST_F(Server, AnswersARequestThatArrivesByteByByte) {
  RawClient client{port()};
  for (const char byte : post("/shorten", "hello")) ASSERT_TRUE(client.send({&byte, 1}));
  EXPECT_EQ(client.read_response()->body, "hello");
}

TEST_F(Server, AnswersHeadWithTheLengthAndNoBody) {
  RawClient client{port()};
  ASSERT_TRUE(client.send("HEAD /big HTTP/1.1\r\nHost: curt.test\r\n\r\n"));
  const auto response = client.read_response(Body::none);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->header("Content-Length"), std::to_string(EchoService::kBigSize));
  ASSERT_TRUE(client.send(get("/health/live")));
  EXPECT_EQ(client.read_response()->body, "ok\n");
}

TEST_F(Server, ClosesBehindAnAnswerToHttp10) {
  RawClient client{port()};
  ASSERT_TRUE(client.send("GET /health/live HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(client.read_response()->body, "ok\n");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Server, KeepsAnHttp10ConnectionThatAsksForIt) {
  RawClient client{port()};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(client.send("GET /health/live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->header("Connection"), "keep-alive");
  }
}

TEST_F(Server, WritesRefusalsAsProblemsWithTheRequestsId) {
  const auto response = exchange(port(), "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->header("Content-Type"), "application/problem+json");
  const auto problem = nlohmann::json::parse(response->body);
  EXPECT_EQ(problem["status"], 400);
  EXPECT_EQ(problem["code"], "malformed_request");
  EXPECT_EQ(problem["request_id"], response->header("X-Request-Id"));
}

TEST(ServerRequestId, IsThatOfATrustedProxyIfItIsSane) {
  const TestServer server{trusting_options()};
  EXPECT_EQ(
      exchange(server.port(), get("/health/live", "X-Request-Id: trace-1/2\r\n"))->header("X-Request-Id"),
      "trace-1/2");
  for (const std::string& id : {std::string{}, std::string{"a b"}, std::string{"\""}, std::string(129, 'x'),
                                std::string{"\xc3\xa4"}}) {
    const auto response = exchange(server.port(), get("/health/live", "X-Request-Id: " + id + "\r\n"));
    ASSERT_TRUE(response);
    const std::string made = response->header("X-Request-Id");
    EXPECT_EQ(made.size(), 16U);
    EXPECT_EQ(made.find_first_not_of("0123456789abcdef"), std::string::npos) << made;
  }
  EXPECT_NE(exchange(server.port(), get("/health/live"))->header("X-Request-Id"),
            exchange(server.port(), get("/health/live"))->header("X-Request-Id"));
}

TEST_F(Server, TakesNoRequestIdFromAClient) {
  const std::string made =
      exchange(port(), get("/health/live", "X-Request-Id: trace-1/2\r\n"))->header("X-Request-Id");
  EXPECT_EQ(made.size(), 16U) << made;
}

/// Keeps what it was told, as texts.
class FakeRecorder final : public http::Recorder {
 public:
  struct Recorded {
    std::size_t core;
    std::string method;
    std::string path;
    unsigned status;
    http::RouteId route;
    std::string client;
    std::string request_id;
    std::string referrer;
    std::string user_agent;
    std::int64_t visited_version;
    http::Ending ending;
  };

  void record(std::size_t core, const http::Exchange& exchange,
              const http::Ending& ending) noexcept override {
    const http::Request& request = exchange.request;
    const std::lock_guard lock{mutex_};
    recorded_.push_back({core, std::string{name_of(request.method)}, std::string{request.path},
                         exchange.response.status(), exchange.route, std::string{request.client},
                         std::string{exchange.request_id}, std::string{request.referrer},
                         std::string{request.user_agent}, exchange.visited_version, ending});
  }

  [[nodiscard]] std::vector<Recorded> recorded() const {
    const std::lock_guard lock{mutex_};
    return recorded_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Recorded> recorded_;
};

TEST(ServerRecorder, IsToldOfEachAnswer) {
  FakeRecorder recorder;
  const TestServer server{trusting_options(), "127.0.0.1", &recorder};
  RawClient client{server.port()};
  ASSERT_TRUE(client.send(
      get("/health/live?q", "User-Agent: a \"test\"\r\nReferer: https://r/\r\nX-Request-Id: one\r\n")));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  ASSERT_TRUE(client.send("nonsense\r\n\r\n"));
  EXPECT_EQ(client.read_response()->status, 400U);
  const auto recorded = recorder.recorded();
  ASSERT_EQ(recorded.size(), 2U);
  const auto& good = recorded.front();
  EXPECT_LT(good.core, 2U);
  EXPECT_EQ(good.method, "GET");
  EXPECT_EQ(good.path, "/health/live");
  EXPECT_EQ(good.status, 200U);
  EXPECT_EQ(server.service.route_names().at(good.route), "live");
  EXPECT_EQ(good.client, "127.0.0.1");
  EXPECT_EQ(good.request_id, "one");
  EXPECT_EQ(good.referrer, "https://r/");
  EXPECT_EQ(good.user_agent, "a \"test\"");
  EXPECT_GT(good.ending.bytes, 100U);
  EXPECT_GT(good.ending.time, http::SteadyClock::duration::zero());
  EXPECT_EQ(recorded.back().status, 400U);
  EXPECT_EQ(recorded.back().route, 0U);
  EXPECT_EQ(recorded.back().core, good.core) << "a connection stays on its core";
}

TEST(ServerRecorder, IsTheFirstToKnowOfAnAnswer) {
  FakeRecorder recorder;
  const TestServer server{patient_options(), "127.0.0.1", &recorder};
  RawClient client{server.port()};
  ASSERT_TRUE(client.send(get("/health/live") + get("/big")));
  for (std::size_t answers = 1; answers <= 2; ++answers) {
    ASSERT_TRUE(client.read_response());
    EXPECT_GE(recorder.recorded().size(), answers);
  }
}

TEST(ServerRecorder, HearsOfAVisitOfThisRequestAlone) {
  FakeRecorder recorder;
  const TestServer server{patient_options(), "127.0.0.1", &recorder};
  RawClient client{server.port()};
  ASSERT_TRUE(client.send(get("/visit") + get("/health/live") + get("/visit")));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.read_response());
  ASSERT_TRUE(client.send(get("/throw-on-visit")));
  EXPECT_EQ(client.read_response()->status, 500U);
  std::vector<std::int64_t> versions;
  for (const auto& recorded : recorder.recorded()) versions.push_back(recorded.visited_version);
  EXPECT_EQ(versions,
            (std::vector<std::int64_t>{EchoService::kVisitedVersion, 0, EchoService::kVisitedVersion, 0}));
}

TEST_F(Server, AnswersAFailureWithAProblemAndGoesOn) {
  for (const std::string_view path : {"/throw", "/throw-later", "/throw-at-once"}) {
    RawClient client{port()};
    ASSERT_TRUE(client.send(get(path)));
    const auto response = client.read_response();
    ASSERT_TRUE(response) << path;
    EXPECT_EQ(response->status, 500U) << path;
    EXPECT_EQ(nlohmann::json::parse(response->body)["code"], "internal") << path;
    EXPECT_EQ(response->body.find("as the test wants"), std::string::npos)
        << "the reason is for the log alone";
    EXPECT_EQ(response->header("Connection"), "close") << path;
    EXPECT_TRUE(client.is_closed()) << path;
  }
  EXPECT_EQ(exchange(port(), get("/health/live"))->status, 200U);
}

TEST_F(Server, SendsABigAnswerToAClientThatReadsSlowly) {
  constexpr int kSmallReceiveBuffer = 4096;
  RawClient client{port(), "127.0.0.1", kSmallReceiveBuffer};
  ASSERT_TRUE(client.send(get("/big") + get("/big") + get("/health/live")));
  for (int i = 0; i < 2; ++i) {
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->body == EchoService::big_body());
  }
  EXPECT_EQ(client.read_response()->body, "ok\n");
}

TEST_F(Server, AnswersAClientThatHasFinishedSending) {
  RawClient client{port()};
  ASSERT_TRUE(client.send(get("/big")));
  client.finish_sending();
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->body == EchoService::big_body());
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Server, AnswersManyClientsAtOnce) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kClients = 25;
  constexpr std::size_t kRounds = 20;
  std::atomic<std::size_t> right{0};
  const auto talk = [&](std::size_t thread) {
    std::vector<RawClient> clients;
    for (std::size_t i = 0; i < kClients; ++i) clients.emplace_back(port());
    for (std::size_t round = 0; round < kRounds; ++round) {
      const auto body = [&](std::size_t i) { return std::to_string(thread * 1'000'000 + i * 1'000 + round); };
      for (std::size_t i = 0; i < kClients; ++i) clients[i].send(post("/shorten", body(i)));
      for (std::size_t i = 0; i < kClients; ++i) {
        const auto response = clients[i].read_response();
        if (response && response->body == body(i)) ++right;
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) threads.emplace_back(talk, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, kThreads * kClients * kRounds);
}

}  // namespace
}  // namespace curt::test
