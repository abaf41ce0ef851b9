#include "curt/links/blindness.hpp"

#include <chrono>
#include <string>
#include <string_view>

#include <gmock/gmock.h>

#include "support/captured_log.hpp"
#include "support/fakes/fake_link_store.hpp"
#include "support/run_awaitable.hpp"

namespace curt::links {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr SteadyTime kStart{1h};

class BlindnessTest : public testing::Test {
 protected:
  bool look_failed(std::chrono::seconds after) {
    return test::run(blindness_.look_failed(kStart + after, "no right to read"));
  }

  test::CapturedLog log_;
  test::FakeLinkStore store_;
  Blindness blindness_{store_};
};

TEST_F(BlindnessTest, BeginsAndEndsOnceAndIsLoggedOnceAtEachEnd) {
  EXPECT_FALSE(blindness_.look_succeeded());
  EXPECT_FALSE(look_failed(0s));
  EXPECT_FALSE(look_failed(4s));
  EXPECT_FALSE(blindness_.stands());
  EXPECT_TRUE(look_failed(5s));
  EXPECT_FALSE(look_failed(6s)) << "it stands already";
  EXPECT_TRUE(blindness_.stands());
  EXPECT_TRUE(blindness_.look_succeeded());
  EXPECT_FALSE(blindness_.look_succeeded());
  EXPECT_FALSE(blindness_.stands());
  constexpr std::string_view kBegins = "changes of links cannot be followed, although the database answers";
  constexpr std::string_view kEnds = "changes of links are followed again";
  EXPECT_THAT(log_.lines({kBegins, kEnds}), ElementsAre(std::string{kBegins} + ": no right to read", kEnds));
}

TEST_F(BlindnessTest, DoesNotBeginWhileTheStoreIsAwayNorAtOnceWhenItIsBack) {
  store_.fail_with(ErrorCode::unavailable);
  EXPECT_FALSE(look_failed(0s));
  EXPECT_FALSE(look_failed(5s));
  store_.fail_with({});
  EXPECT_FALSE(look_failed(6s));
  EXPECT_FALSE(look_failed(10s));
  EXPECT_TRUE(look_failed(11s));
}

TEST_F(BlindnessTest, DoesNotBeginWhereALookSucceedsInBetween) {
  EXPECT_FALSE(look_failed(0s));
  EXPECT_FALSE(blindness_.look_succeeded());
  EXPECT_FALSE(look_failed(5s));
  EXPECT_FALSE(blindness_.stands());
}

}  // namespace
}  // namespace curt::links
