#include <csignal>
#include <string>

#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "support/http/http_cases.hpp"
#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

const std::string kAskWhetherLive =
    "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

TEST(MalformedRequestsEndToEnd, GetTheirAnswersFromTheRealServiceAndLeaveNothingBehind) {
  const TempFolder folder;
  CurtProcess curt{curt_binary(), folder.path()};
  for (const HttpCase& sent : http_cases()) {
    EXPECT_TRUE(answers_as_it_should(sent, curt.port()));
    ASSERT_TRUE(curt.process().is_running()) << sent.name;
  }
  const auto live = exchange(curt.port(), kAskWhetherLive);
  ASSERT_TRUE(live);
  EXPECT_EQ(live->status, 200U);
  EXPECT_TRUE(eventually([&] { return curt.metric("curt_http_connections") == 1; })) << "the one that asks";
  EXPECT_EQ(curt.metric("curt_http_requests_in_flight"), 1);
  EXPECT_EQ(curt.stop(), 0) << curt.process().standard_error();
}

}  // namespace
}  // namespace curt::test
