#include "http/client/unreadable_headers.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/captured_log.hpp"

namespace curt::http {
namespace {

using nlohmann::json;

constexpr const char* kForwardedFor =
    "a trusted proxy sends an X-Forwarded-For with what is no address; its visitors count as one client "
    "(this is said once)";
constexpr const char* kRequestId =
    "a trusted proxy sends an X-Request-Id that cannot be used; the request has another (this is said once)";

TEST(UnreadableHeaders, AreToldOfOnceEach) {
  const test::CapturedLog log;
  UnreadableHeaders headers;
  for (int i = 0; i < 3; ++i) {
    headers.warn_of_forwarded_for("192.0.2.1, unknown", "unknown", "10.0.0.1");
    headers.warn_of_request_id("a b", "10.0.0.2");
  }
  EXPECT_EQ(log.events(kForwardedFor), (std::vector<json>{{{"level", "warn"},
                                                           {"message", kForwardedFor},
                                                           {"proxy", "10.0.0.1"},
                                                           {"unreadable", "unknown"},
                                                           {"x_forwarded_for", "192.0.2.1, unknown"}}}));
  EXPECT_EQ(
      log.events(kRequestId),
      (std::vector<json>{
          {{"level", "warn"}, {"message", kRequestId}, {"proxy", "10.0.0.2"}, {"x_request_id", "a b"}}}));
}

TEST(UnreadableHeaders, AreShownShortAndWithoutWhatATerminalWouldObey) {
  const test::CapturedLog log;
  UnreadableHeaders headers;
  const std::string hop = "\x1b[31m\xff" + std::string(10'000, 'x');
  headers.warn_of_forwarded_for(hop, hop, "10.0.0.1");
  const auto lines = log.events(kForwardedFor);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines.front().at("unreadable"), "\x1b[31m\xef\xbf\xbd" + std::string(250, 'x'));
  EXPECT_LT(lines.front().dump().size(), 1000U);
}

}  // namespace
}  // namespace curt::http
