#include "curt/limits/quota.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::limits {
namespace {

using std::chrono::seconds;

TEST(Quota, IsReadAsANumberOfRequestsInATime) {
  EXPECT_EQ(parse_quota("60/1m").value(), (Quota{60, seconds{60}}));
  EXPECT_EQ(parse_quota("1000/1h").value(), (Quota{1000, seconds{3600}}));
  EXPECT_EQ(parse_quota("20/1s").value(), (Quota{20, seconds{1}}));
  EXPECT_EQ(parse_quota("1/24h").value(), (Quota{1, seconds{86'400}}));
  EXPECT_TRUE(parse_quota("0").value().is_off());
}

TEST(Quota, IsWrittenAsItIsRead) {
  for (const std::string text : {"0", "60/1m", "1000/1h", "20/1s", "7/90s", "1/1d"}) {
    EXPECT_EQ(to_string(parse_quota(text).value()), text);
  }
}

TEST(Quota, SaysWhatIsWrongWithAText) {
  const auto why = [](std::string_view text) {
    const result<Quota> quota = parse_quota(text);
    return quota ? "nothing" : quota.error().detail;
  };
  EXPECT_EQ(why("60"), "is not a number of requests and a time, such as 60/1m, or 0 for no limit");
  EXPECT_EQ(why(""), why("60"));
  EXPECT_EQ(why("some/1m"), "does not begin with a whole number of requests, as 60/1m does");
  EXPECT_EQ(why("60/minute"), "does not end with a time, as 60/1m, 1000/1h and 20/1s do");
  EXPECT_EQ(why("0/1m"), "has not between 1 and 1000000 requests; 0 alone is no limit");
  EXPECT_EQ(why("60/1500ms"), "has not a time of whole seconds, from 1s to 1d");
  EXPECT_EQ(why("100001/1s"), "is more than 100000 requests a second");
}

}  // namespace
}  // namespace curt::limits
