#include "api/request/percent_encoding.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::api {
namespace {

TEST(PercentEncoding, EncodesWhatIsNotUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("été"), "%C3%A9t%C3%A9");
  EXPECT_EQ(percent_encode("a/b %?#+"), "a%2Fb%20%25%3F%23%2B");
  EXPECT_EQ(percent_encode(""), "");
}

TEST(PercentEncoding, DecodesWhatWasEncodedInAnyCase) {
  EXPECT_EQ(percent_decode("%c3%A9t%C3%a9", Plus::stays), "été");
  EXPECT_EQ(percent_decode("%61bc", Plus::stays), "abc");
  EXPECT_EQ(percent_decode("a+b%2B", Plus::stays), "a+b+");
  EXPECT_EQ(percent_decode("a+b%2B", Plus::is_space), "a b+");
}

TEST(PercentEncoding, LeavesBytesBeyondAsciiThatWereSentAsTheyAre) {
  EXPECT_EQ(percent_decode("été", Plus::stays), "été");
  EXPECT_EQ(percent_decode("\xff%ff", Plus::stays), "\xff\xff");
}

TEST(PercentEncoding, RefusesWhatIsMalformed) {
  for (const char* text : {"%", "%4", "%zz", "a%2", "é%"}) {
    EXPECT_EQ(percent_decode(text, Plus::stays), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace curt::api
