#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/keys/key_desk.hpp"
#include "support/paths.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string body_of(std::uint16_t port, std::string_view path) {
  const auto answer = ask_with_key(port, "", "GET", path);
  return answer ? answer->body : "no answer";
}

TEST(MetricsListen, HasMetricsAndTheWholeHealthForItself) {
  const TempFolder folder;
  CurtProcess server{
      curt_binary(), folder.path(), {{"CURT_AUTH", "keys"}, {"CURT_METRICS_LISTEN", "127.0.0.1:0"}}};
  const std::uint16_t own = metrics_port(server);
  ASSERT_NE(own, 0);
  ASSERT_NE(own, server.port());
  EXPECT_THAT(body_of(own, "/metrics"), HasSubstr("\ncurt_http_connections "));
  EXPECT_THAT(body_of(own, "/metrics"), HasSubstr("\ncurt_keys 0"));
  EXPECT_THAT(body_of(own, "/health"), AllOf(HasSubstr("\"components\""), HasSubstr("\"keys\"")));
  EXPECT_EQ(status_of(own, "", "GET", "/health/ready"), 200U);
  EXPECT_EQ(status_of(own, "", "GET", "/api/v1/links"), 404U);
  EXPECT_EQ(status_of(own, "", "GET", "/abc"), 404U);

  EXPECT_EQ(status_of(server.port(), "", "GET", "/metrics"), 404U);
  EXPECT_THAT(body_of(server.port(), "/health"), AllOf(HasSubstr("\"up\""), Not(HasSubstr("components"))));
  EXPECT_EQ(status_of(server.port(), "", "GET", "/health/live"), 200U);
  EXPECT_EQ(status_of(server.port(), "", "GET", "/health/ready"), 200U);

  const Finished asked = run({curt_binary(), "health", "--metrics-listen", fmt::format("127.0.0.1:{}", own)},
                             {{}, folder.path()});
  EXPECT_EQ(asked.status, 0);
  EXPECT_THAT(asked.out, HasSubstr("components"));
  EXPECT_EQ(server.stop(), 0);
}

TEST(MetricsListen, WithoutItMetricsNeedAKeyWhereKeysAreAskedFor) {
  const TempFolder folder;
  CurtProcess server{curt_binary(), folder.path(), {{"CURT_AUTH", "keys"}}};
  EXPECT_EQ(status_of(server.port(), "", "GET", "/metrics"), 401U);
  EXPECT_THAT(body_of(server.port(), "/health"), Not(HasSubstr("components")));
  const Finished asked =
      run({curt_binary(), "health", "--url", fmt::format("http://127.0.0.1:{}/health", server.port())},
          {{}, folder.path()});
  EXPECT_EQ(asked.status, 0) << "a check of a container needs no key";
  EXPECT_EQ(server.stop(), 0);
}

TEST(MetricsListen, SaysWhichSettingNamesAnAddressThatIsTaken) {
  const TempFolder folder;
  CurtProcess other{curt_binary(), folder.path()};
  const TempFolder own;
  const Finished refused = run({curt_binary(), "serve", "--listen", "127.0.0.1:0", "--metrics-listen",
                                fmt::format("127.0.0.1:{}", other.port())},
                               {{{"CURT_RING_DIR", "none"}}, own.path()});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("CURT_METRICS_LISTEN"));
}

}  // namespace
}  // namespace curt::test
