#include "curt/api/request/key_check.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/limits/limited.hpp"
#include "api/request/presented_key.hpp"

namespace curt::api {
namespace {

using access::Scope;
using access::Verdict;
using http::Problem;
using limits::Budget;

constexpr const char* kChecks = "curt_key_checks_total";
constexpr const char* kChecksHelp = "API keys that were judged, or asked for, by outcome.";

constexpr std::string_view kWwwAuthenticate = "WWW-Authenticate";

/// The text of a key is only read here: what is said of it tells nothing about which part is wrong.
Problem not_good(std::string detail, http::Exchange& exchange) {
  exchange.response.add_header(kWwwAuthenticate, R"(Bearer realm="curt", error="invalid_token")");
  return {401, "unauthorized", std::move(detail)};
}

}  // namespace

KeyCheck::KeyCheck(const access::Keys& keys, const Clock& clock, limits::RateLimiter& limits,
                   Metrics& metrics)
    : keys_(keys),
      clock_(clock),
      limits_(limits),
      good_(metrics.counter(kChecks, kChecksHelp, {{"outcome", "good"}})),
      missing_(metrics.counter(kChecks, kChecksHelp, {{"outcome", "missing"}})),
      bad_(metrics.counter(kChecks, kChecksHelp, {{"outcome", "bad"}})),
      expired_(metrics.counter(kChecks, kChecksHelp, {{"outcome", "expired"}})),
      revoked_(metrics.counter(kChecks, kChecksHelp, {{"outcome", "revoked"}})),
      scope_(metrics.counter(kChecks, kChecksHelp, {{"outcome", "scope"}})) {}

std::optional<Problem> KeyCheck::refusal(http::Exchange& exchange, std::optional<Scope> scope,
                                         NeedsKey needs_key) const {
  const auto presented = presented_key(exchange.request);
  if (!presented) {
    if (needs_key == NeedsKey::no) return std::nullopt;
    missing_.add();
    exchange.response.add_header(kWwwAuthenticate, R"(Bearer realm="curt")");
    return Problem{401, "unauthorized",
                   fmt::format("This needs an API key{}, in the header X-Api-Key or Authorization: Bearer.",
                               scope ? fmt::format(" with the scope {}", access::name_of(*scope)) : "")};
  }
  if (!limits_.limits(Budget::failed_keys)) return judge(*presented, scope, exchange).refusal;
  const auto client = limits::Subject::of_client(exchange.request.client);
  const auto ticket = limits_.enter(Budget::failed_keys, client, exchange.began_at);
  if (ticket.refused) return limited_problem({&*ticket.refused, 1}, exchange);
  Outcome outcome = judge(*presented, scope, exchange);
  if (outcome.is_good) {
    limits_.spare(ticket);
  } else {
    limits_.charge_after(ticket);
  }
  return std::move(outcome.refusal);
}

KeyCheck::Outcome KeyCheck::judge(std::string_view presented, std::optional<Scope> scope,
                                  http::Exchange& exchange) const {
  if (presented.empty()) {
    bad_.add();
    return {false, not_good("This presents an empty API key, or several keys.", exchange)};
  }
  const access::Judgement judgement = keys_.judge(presented, clock_.now());
  exchange.principal = judgement.principal;
  switch (judgement.verdict) {
    case Verdict::good:
      break;
    case Verdict::not_known:
      bad_.add();
      return {false, not_good("This is no API key, or its secret is wrong.", exchange)};
    case Verdict::expired:
      expired_.add();
      return {false,
              not_good("This API key has expired, or its secret was replaced by another one.", exchange)};
    case Verdict::revoked:
      revoked_.add();
      return {false, not_good("This API key was revoked.", exchange)};
    case Verdict::not_loaded:
      if (!scope) return {};  // a redirect does not wait for the database
      return {true, Problem{.status = 503,
                            .code = "unavailable",
                            .detail = "The API keys could not be read yet.",
                            .retry_after = 1}};
  }
  if (scope && !judgement.principal.scopes.allow(*scope)) {
    scope_.add();
    const std::string_view name = access::name_of(*scope);
    exchange.response.add_header(
        kWwwAuthenticate,
        fmt::format(R"(Bearer realm="curt", error="insufficient_scope", scope="{}")", name));
    return {true, Problem{403, "insufficient_scope",
                          fmt::format("This needs an API key with the scope {}.", name)}};
  }
  good_.add();
  return {};
}

}  // namespace curt::api
