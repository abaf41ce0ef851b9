#pragma once

#include <optional>
#include <string_view>

#include "curt/access/keys.hpp"
#include "curt/access/scopes.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/http/problem.hpp"
#include "curt/http/service.hpp"
#include "curt/limits/rate_limiter.hpp"

namespace curt::api {

/// Whether a request may do without a key.
enum class NeedsKey { no, yes };

/// Judges the keys that requests come with, before anything else of them is read, and counts how that ends.
/// One that is not good is charged to the client's budget failed_keys; while that is used up, its keys are
/// not judged. Thread-safe as Keys is; what it is given must outlive it.
class KeyCheck {
 public:
  KeyCheck(const access::Keys& keys, const Clock& clock, limits::RateLimiter& limits, Metrics& metrics);

  /// Why the request is refused, with a header that tells how to show a key (RFC 6750); nothing if it is not,
  /// and exchange.principal is who asks then. A key that is presented must be good and have the scope,
  /// whether one is needed or not; a key is presented by X-Api-Key, and by Authorization with the scheme
  /// Bearer.
  [[nodiscard]] std::optional<http::Problem> refusal(http::Exchange& exchange,
                                                     std::optional<access::Scope> scope,
                                                     NeedsKey needs_key) const;

 private:
  /// How the judgement of a presented key ended.
  struct Outcome {
    bool is_good = true;                   ///< as far as is known
    std::optional<http::Problem> refusal;  ///< also of a good key that may not have this
  };
  [[nodiscard]] Outcome judge(std::string_view presented, std::optional<access::Scope> scope,
                              http::Exchange& exchange) const;

  const access::Keys& keys_;
  const Clock& clock_;
  limits::RateLimiter& limits_;
  Counter good_;
  Counter missing_;
  Counter bad_;
  Counter expired_;
  Counter revoked_;
  Counter scope_;
};

}  // namespace curt::api
