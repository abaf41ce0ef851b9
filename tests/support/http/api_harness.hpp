#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "curt/access/key_service.hpp"
#include "curt/access/keys.hpp"
#include "curt/api/api_service.hpp"
#include "curt/cache/local/local_link_cache.hpp"
#include "curt/limits/rate_limiter.hpp"
#include "curt/links/announcer.hpp"
#include "curt/links/doubt.hpp"
#include "curt/visits/bots/bot_memo.hpp"

#include "support/fakes/fake_key_store.hpp"
#include "support/fakes/fake_statistics_store.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {

/// What the service answered.
struct Answer {
  unsigned status = 0;
  std::string content_type;
  std::string body;
  std::string headers;               ///< complete lines, without Content-Type
  std::string route;                 ///< the name of the matched route
  bool waited = false;               ///< for the store
  std::int64_t visited_version = 0;  ///< as the recorder is told
  std::string key{};                 ///< whose request it was, as the recorder is told
  unsigned statements = 0;           ///< what the store was asked

  /// The header's value; empty if it is not there. A header that is there twice fails the test.
  [[nodiscard]] std::string header(std::string_view name) const;

  /// The body as JSON; anything else fails the test and gives null.
  [[nodiscard]] nlohmann::json json() const;

  /// The `code` of a problem+json; empty if the answer is something else.
  [[nodiscard]] std::string problem() const;

  /// The fields that a problem's `errors` name, in their order.
  [[nodiscard]] std::vector<std::string> blamed() const;
};

/// Has the service answer one request that came at `began_at`, without a server; `prepare` fills in what it
/// has besides method, target and body.
[[nodiscard]] Answer ask(http::Service& service, http::Method method, std::string_view target,
                         std::string_view body = {},
                         const std::function<void(http::Request&)>& prepare = nullptr,
                         SteadyTime began_at = SystemClock{}.steady_now());

/// The quotas of clients, and where they are shared.
struct SharedQuotas {
  limits::Quotas quotas{};
  limits::SharedLimiter* shared = nullptr;
};

/// The whole API over a store, with a cache, without a server: a request goes in, an answer comes out. For
/// one thread.
class ApiHarness {
 public:
  static constexpr std::string_view kBaseUrl = "https://sho.rt";
  static constexpr std::string_view kRequestId = "the-request-id";  ///< the id of every request

  /// 2026-11-22T12:00:00Z, when the clock stands still at first.
  static constexpr Timestamp kStart{std::chrono::milliseconds{1'795'348'800'000}};

  /// Fills in what a request has besides method, target and body. Texts must outlive the request.
  using Prepare = std::function<void(http::Request&)>;

  /// Over a SQLite store in a new folder if none is given. An empty base_url becomes kBaseUrl.
  explicit ApiHarness(api::ApiOptions options = {}, std::unique_ptr<links::LinkStore> store = nullptr,
                      SharedQuotas limited = {});

  Answer send(http::Method method, std::string_view target, std::string_view body = {},
              const Prepare& prepare = nullptr);
  Answer get(std::string_view target, const Prepare& prepare = nullptr);
  /// GET as a browser sends it.
  Answer get_page(std::string_view target);
  /// POST /api/v1/links; a JSON body, whatever its value.
  Answer create(const nlohmann::json& body, const Prepare& prepare = nullptr);
  /// PATCH /api/v1/links/{code}
  Answer edit(std::string_view code, const nlohmann::json& body, const Prepare& prepare = nullptr);
  /// DELETE /api/v1/links/{code}
  Answer remove(std::string_view code, const Prepare& prepare = nullptr);
  /// POST /api/v1/links/{code}/restore
  Answer restore(std::string_view code, const Prepare& prepare = nullptr);

  /// Creates a link with this alias and target, and what else `more` says; the test fails if that fails.
  nlohmann::json given(std::string_view alias, std::string_view url = "https://example.com/",
                       nlohmann::json more = nlohmann::json::object());

  /// Imports a link with this code, which may be one of other software; the test fails if that fails.
  void given_from_elsewhere(std::string_view code, std::string_view url = "https://example.com/");

  /// Makes a key; its text.
  std::string key(const std::vector<std::string>& scopes, bool own = false);

  [[nodiscard]] http::Service& service() noexcept { return service_; }
  [[nodiscard]] const api::Services& services() const noexcept { return services_; }

  ManualClock clock{kStart};
  std::atomic<api::LifeStage> life_stage{api::LifeStage::serving};
  Metrics metrics;
  FakeStatisticsStore visits;
  api::HealthSources health;
  visits::BotMemo bots{detector_};
  api::SideThread side_thread{metrics};
  FakeKeyStore key_store;
  access::Keys keys;  ///< loaded, without any
  limits::HostLists lists{metrics};

 private:
  visits::BotDetector detector_;
  api::ApiOptions options_;
  TempFolder folder_;
  std::unique_ptr<links::LinkStore> store_;
  cache::LocalLinkCache cache_{{}, metrics};
  links::Doubt doubt_{std::chrono::hours{1}, clock.steady_now()};
  links::Resolver resolver_;
  links::Announcer announcer_{resolver_, nullptr, doubt_, clock};
  limits::TargetPolicy policy_{lists, {}, metrics};
  links::LinkRules rules_;
  SystemRandom random_;
  links::CodeGenerator codes_{random_};
  links::LinkService links_;
  links::VisitBudget budget_;
  visits::Statistics statistics_{visits, nullptr, clock};
  access::KeyService key_service_{key_store, &keys, random_, clock};
  limits::RateLimiter limits_;
  api::ComponentState database_state_;
  api::Services services_;
  api::ApiService service_{services_, metrics};
};

// What a request has besides; texts must outlive the request.

/// X-Api-Key
[[nodiscard]] ApiHarness::Prepare by(std::string_view api_key);
/// Idempotency-Key
[[nodiscard]] ApiHarness::Prepare with_key(std::string_view key);
/// If-Match
[[nodiscard]] ApiHarness::Prepare if_match(std::string_view version);
/// Host
[[nodiscard]] ApiHarness::Prepare at_host(std::string_view host);

}  // namespace curt::test
