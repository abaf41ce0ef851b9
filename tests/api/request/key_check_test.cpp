#include "curt/api/request/key_check.hpp"

#include <chrono>
#include <optional>

#include <gtest/gtest.h>

#include "curt/http/response.hpp"

#include "support/manual_clock.hpp"
#include "support/metric_value.hpp"

namespace curt::api {
namespace {

/// A check of keys that were never read, and a request.
struct Unread {
  access::Keys keys;
  test::ManualClock clock{Timestamp{std::chrono::milliseconds{1'795'348'800'000}}};
  Metrics metrics;
  limits::RateLimiter limits{{}, nullptr, 1, clock, metrics};
  KeyCheck check{keys, clock, limits, metrics};
  http::Request request;
  http::Response response;
  http::Exchange exchange{request, response, "id-1", 0, Call{Deadline{std::chrono::steady_clock::now()}}};
};

TEST(KeyCheck, OfAKeyIs503UntilKeysCanBeRead) {
  Unread unread;
  unread.request.api_key = "curt_0123456789Ab_0123456789012345678901234567890123456789abc";
  unread.request.api_keys = 1;
  EXPECT_FALSE(unread.check.refusal(unread.exchange, std::nullopt, NeedsKey::no)) << "a redirect needs none";
  const auto problem = unread.check.refusal(unread.exchange, access::Scope::links_read, NeedsKey::no);
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->status, 503U);
  EXPECT_EQ(problem->code, "unavailable");
  EXPECT_EQ(problem->retry_after, 1U);
  EXPECT_EQ(unread.response.headers(), "");
}

TEST(KeyCheck, WithoutAKeyWaitsForNone) {
  Unread unread;
  EXPECT_FALSE(unread.check.refusal(unread.exchange, std::nullopt, NeedsKey::no));
  EXPECT_FALSE(unread.check.refusal(unread.exchange, access::Scope::admin, NeedsKey::no));
  const auto problem = unread.check.refusal(unread.exchange, access::Scope::admin, NeedsKey::yes);
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->status, 401U);
  EXPECT_EQ(problem->detail,
            "This needs an API key with the scope admin, in the header X-Api-Key or Authorization: Bearer.");
  EXPECT_EQ(unread.response.headers(), "WWW-Authenticate: Bearer realm=\"curt\"\r\n");
  EXPECT_EQ(test::metric_value(unread.metrics, R"(curt_key_checks_total{outcome="missing"})"), "1");
}

}  // namespace
}  // namespace curt::api
