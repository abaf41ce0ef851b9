#include "curt/http/logged_outage.hpp"

#include <algorithm>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/base/logging.hpp"

namespace curt::http {
namespace {

using testing::HasSubstr;

TEST(LoggedOutage, IsALineWhenItBeginsAndOneWhenItEnds) {
  std::ostringstream log;
  log::configure(log::Format::json, log::Level::info, log);
  {
    LoggedOutage outage{"cannot accept", "accepting again"};
    outage.end();
    for (int again = 0; again < 2; ++again) {
      for (int i = 0; i < 1000; ++i) outage.begin("no memory");
      for (int i = 0; i < 1000; ++i) outage.end();
    }
  }
  log::configure(log::Format::text, log::Level::info, log::Stream::err);
  const std::string text = log.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4) << text;
  EXPECT_THAT(text, HasSubstr(R"("message":"cannot accept","error":"no memory")"));
  EXPECT_THAT(text, HasSubstr(R"("message":"accepting again")"));
}

}  // namespace
}  // namespace curt::http
