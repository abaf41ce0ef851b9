#include "curt/api/routed_service.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/api/api_service.hpp"

#include "support/fakes/fake_link_store.hpp"
#include "support/http/api_harness.hpp"
#include "support/manual_clock.hpp"

namespace curt::api {
namespace {

using http::Request;
using test::Answer;
using test::ApiHarness;

/// A path that the row serves: that of the link "abc" where it has a code.
template <class S>
std::string path_of(const BasicRoute<S>& row) {
  std::string path{row.path};
  if (const auto place = path.find("{code}"); place != std::string::npos) path.replace(place, 6, "abc");
  if (const auto place = path.find("{id}"); place != std::string::npos)
    path.replace(place, 4, "0123456789Ab");
  return path;
}

template <class S>
std::string name_of(const BasicRoute<S>& row) {
  return fmt::format("{} {}", http::name_of(row.method), row.path);
}

template <class S>
std::map<std::string, Audience> audiences(std::span<const BasicRoute<S>> rows) {
  std::map<std::string, Audience> found;
  for (const BasicRoute<S>& row : rows) found.emplace(name_of(row), row.audience);
  return found;
}

/// The API, or a worker's, with a link "abc", as it is reached from this machine only.
class LoopbackOnly : public testing::Test {
 protected:
  LoopbackOnly() { api_.given("abc"); }

  static ApiOptions options() {
    ApiOptions options;
    options.loopback_only = true;
    return options;
  }

  /// How a proxy's request may look.
  static void by_header(Request& request) { request.forwarded = true; }
  static void by_http_1_0(Request& request) { request.version = 10; }

  /// A page of another site.
  static void by_page(Request& request) { request.fetch_site = http::FetchSite::other; }

  /// Asks for the row with what an edit or a create needs, and with `prepare`.
  Answer ask(const Route& row, const ApiHarness::Prepare& prepare) {
    const bool has_body = row.body == Body::json;
    return api_.send(row.method, path_of(row), has_body ? R"({"url":"https://example.com/"})" : "", prepare);
  }
  Answer ask(const WorkerRoute& row, const ApiHarness::Prepare& prepare) {
    return test::ask(worker_, row.method, row.path, {}, prepare);
  }

  ApiHarness api_{options()};
  test::ManualClock clock_{ApiHarness::kStart};
  Metrics metrics_;
  SideThread side_thread_{metrics_};
  test::FakeLinkStore store_;
  const ApiOptions worker_options_ = options();
  const WorkerServices worker_services_{
      .options = worker_options_,
      .store = store_,
      .database = [] { return Reachability::State{.up = true, .since = ApiHarness::kStart, .detail = {}}; },
      .database_writes =
          [] { return Reachability::State{.up = true, .since = ApiHarness::kStart, .detail = {}}; },
      .stream = [] { return Reachability::State{.up = true, .since = ApiHarness::kStart, .detail = {}}; },
      .metrics = metrics_,
      .clock = clock_,
      .started_at = ApiHarness::kStart,
      .side_thread = side_thread_};
  WorkerService worker_{worker_services_};
};

TEST(Audiences, AreAsEachRouteIsMeant) {
  using enum Audience;
  EXPECT_EQ(audiences(routes()), (std::map<std::string, Audience>{
                                     {"POST /shorten", owners},
                                     {"POST /api/v1/links", owners},
                                     {"GET /api/v1/links", owners},
                                     {"GET /api/v1/links/{code}", owners},
                                     {"POST /api/v1/links/disable", owners},
                                     {"PATCH /api/v1/links/{code}", owners},
                                     {"DELETE /api/v1/links/{code}", owners},
                                     {"POST /api/v1/links/{code}/restore", owners},
                                     {"GET /api/v1/links/{code}/stats", owners},
                                     {"GET /api/v1/stats", owners},
                                     {"GET /stats/{code}", owners},
                                     {"POST /api/v1/keys", owners},
                                     {"GET /api/v1/keys", owners},
                                     {"GET /api/v1/keys/{id}", owners},
                                     {"DELETE /api/v1/keys/{id}", owners},
                                     {"POST /api/v1/keys/{id}/rotate", owners},
                                     {"GET /health", visitors},
                                     {"GET /health/live", visitors},
                                     {"GET /health/ready", visitors},
                                     {"GET /metrics", owners},
                                     {"GET /openapi.json", visitors},
                                     {"GET /docs", visitors},
                                     {"GET /docs/docs.js", visitors},
                                     {"GET /docs/swagger-ui.css", visitors},
                                     {"GET /docs/swagger-ui-bundle.js", visitors},
                                     {"GET /", visitors},
                                     {"GET /robots.txt", visitors},
                                     {"GET /favicon.ico", visitors},
                                     {"GET /{code}+", readers},
                                     {"GET /{code}", visitors},
                                 }));
  EXPECT_EQ(audiences(worker_routes()), (std::map<std::string, Audience>{
                                            {"GET /metrics", owners},
                                            {"GET /health", owners},
                                            {"GET /health/live", visitors},
                                            {"GET /health/ready", visitors},
                                        }));
}

TEST(Audiences, AreAsEachRouteIsMeantWhereMetricsAreApart) {
  using enum Audience;
  EXPECT_EQ(audiences(metrics_routes()), (std::map<std::string, Audience>{
                                             {"GET /metrics", owners},
                                             {"GET /health", owners},
                                             {"GET /health/live", visitors},
                                             {"GET /health/ready", visitors},
                                         }));
}

TEST_F(LoopbackOnly, AsksForTheHostOfEveryRowThatIsNotForVisitors) {
  for (const Route& row : routes()) {
    const Answer stranger = ask(row, test::at_host("evil.example:8080"));
    if (row.audience == Audience::visitors) {
      EXPECT_LT(stranger.status, 400U) << name_of(row);
    } else {
      EXPECT_EQ(stranger.status, 421U) << name_of(row);
      EXPECT_EQ(stranger.problem(), "misdirected_request") << name_of(row);
    }
  }
  for (const Route& row : routes()) {
    const Answer own = ask(row, test::at_host("localhost:8080"));
    EXPECT_LT(own.status, 500U) << name_of(row);
    EXPECT_NE(own.status, 421U) << name_of(row);
  }
}

TEST_F(LoopbackOnly, LetsNobodyThroughAProxyToARowForOwners) {
  for (const auto& proxied : {by_header, by_http_1_0}) {
    for (const Route& row : routes()) {
      const Answer answer = ask(row, proxied);
      if (row.audience == Audience::owners) {
        EXPECT_EQ(answer.status, 403U) << name_of(row);
        EXPECT_EQ(answer.problem(), "not_from_this_machine") << name_of(row);
      } else {
        EXPECT_LT(answer.status, 400U) << name_of(row);
      }
    }
    for (const WorkerRoute& row : worker_routes()) {
      EXPECT_EQ(ask(row, proxied).status, row.audience == Audience::owners ? 403U : 200U) << name_of(row);
    }
  }
  EXPECT_EQ(api_.get("/api/v1/links/abc").status, 200U) << "nothing was changed";
}

TEST_F(LoopbackOnly, LetsNoPageOfAnotherSiteToARowForOwners) {
  for (const Route& row : routes()) {
    const Answer answer = ask(row, by_page);
    if (row.audience == Audience::owners) {
      EXPECT_EQ(answer.status, 403U) << name_of(row);
      EXPECT_EQ(answer.problem(), "cross_site") << name_of(row);
    } else {
      EXPECT_LT(answer.status, 400U) << name_of(row);
    }
  }
  for (const WorkerRoute& row : worker_routes()) {
    EXPECT_EQ(ask(row, by_page).status, row.audience == Audience::owners ? 403U : 200U) << name_of(row);
  }
  EXPECT_EQ(api_.get("/api/v1/links/abc").status, 200U) << "nothing was changed";
}

TEST_F(LoopbackOnly, AsksForTheHostOfAWorkersRowsToo) {
  for (const WorkerRoute& row : worker_routes()) {
    for (const char* host : {"evil.example:9090", "sho.rt"}) {
      const unsigned status = row.audience == Audience::visitors ? 200U : 421U;
      EXPECT_EQ(ask(row, test::at_host(host)).status, status) << name_of(row) << ' ' << host;
    }
    for (const char* host : {"127.0.0.1:9090", "localhost", "[::1]:9090", ""}) {
      EXPECT_EQ(ask(row, test::at_host(host)).status, 200U) << name_of(row) << ' ' << host;
    }
  }
}

}  // namespace
}  // namespace curt::api
