#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "curt/base/metrics.hpp"
#include "curt/http/server.hpp"
#include "curt/http/service.hpp"

namespace curt::test {

/// A small service to try the server with. By path:
///   GET /health/live       "ok\n"
///   POST /shorten          the request's body
///   GET /about             the request's client, method, target, query and host, a line each
///   GET /big               kBigSize bytes
///   GET /wait              "waited\n", when release() is called
///   POST /wait             the request's body, likewise
///   POST /private          401 without reading the body
///   GET /visit             "visited\n", a visit of kVisitedVersion
///   GET /throw-on-visit   fails in answer_now(), a visit of kVisitedVersion
///   GET /throw, /throw-later, /throw-at-once   fails in answer_now(), in answer(), in admit()
/// Anything else is 404; a known path with another method 405; a method that nobody knows 501; `*` only for
/// OPTIONS.
class EchoService final : public http::Service {
 public:
  static constexpr std::size_t kBigSize = 2 * 1024 * 1024;
  static constexpr std::int64_t kVisitedVersion = 7;

  EchoService();

  http::Admission admit(http::Exchange& exchange) override;
  bool answer_now(http::Exchange& exchange) override;
  awaitable<void> answer(http::Exchange& exchange) override;
  void answer_overloaded(http::Exchange& exchange, std::string_view detail) override;
  [[nodiscard]] const std::vector<std::string>& route_names() const noexcept override { return route_names_; }

  /// Returns when this many requests wait in /wait.
  void await_waiting(std::size_t count);

  /// How many requests wait in /wait.
  [[nodiscard]] std::size_t waiting();

  /// Answers every request that waits in /wait.
  void release();

  [[nodiscard]] static std::string_view big_body();

 private:
  const std::vector<std::string> route_names_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Completion<int>> waiting_;
};

/// The usual options with timeouts longer than a test.
http::ServerOptions patient_options();

/// The usual options with clients on this machine that are trusted proxies.
http::ServerOptions trusting_options();

/// The usual options with a short `time`, one of the timeouts.
http::ServerOptions with_short(http::SteadyClock::duration http::ServerOptions::* time);

/// A server on ports of its own, with the EchoService.
class TestServer {
 public:
  /// Listens on a free port of `address` and starts. Two cores, unless the options say otherwise.
  explicit TestServer(http::ServerOptions options = patient_options(),
                      const std::string& address = "127.0.0.1", http::Recorder* recorder = nullptr);

  [[nodiscard]] std::uint16_t port() const { return server.endpoints().front().port(); }

  EchoService service;
  Metrics metrics;
  http::ServerMetrics server_metrics;
  http::Server server;

 private:
  static http::ServerOptions completed(http::ServerOptions options, const std::string& address);
};

/// Tests that share one server with the usual options.
class SharedServer : public testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  static TestServer& shared() { return *instance; }
  static std::uint16_t port() { return instance->port(); }

 private:
  static inline std::unique_ptr<TestServer> instance;
};

/// A GET request for the path with these extra header lines.
std::string get(std::string_view path, std::string_view headers = {});

/// A POST request with the body.
std::string post(std::string_view path, std::string_view body, std::string_view headers = {});

}  // namespace curt::test
