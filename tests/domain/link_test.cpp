#include "curt/domain/link.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace curt {
namespace {

using std::chrono::milliseconds;

constexpr Timestamp kNow{milliseconds{1'795'348'800'000}};
constexpr milliseconds kMoment{1};

TEST(RedirectStatusFrom, KnowsTheFourStatuses) {
  EXPECT_EQ(redirect_status_from(301), RedirectStatus::moved_permanently);
  EXPECT_EQ(redirect_status_from(302), RedirectStatus::found);
  EXPECT_EQ(redirect_status_from(307), RedirectStatus::temporary_redirect);
  EXPECT_EQ(redirect_status_from(308), RedirectStatus::permanent_redirect);
}

TEST(RedirectStatusFrom, KnowsNoOther) {
  for (const std::int64_t number : {0L, 200L, 300L, 303L, 304L, 309L, -301L, 65536L + 301L}) {
    EXPECT_EQ(redirect_status_from(number), std::nullopt) << number;
  }
}

TEST(IsPermanent, TellsTheTwoThatClientsMayKeep) {
  EXPECT_TRUE(is_permanent(RedirectStatus::moved_permanently));
  EXPECT_TRUE(is_permanent(RedirectStatus::permanent_redirect));
  EXPECT_FALSE(is_permanent(RedirectStatus::found));
  EXPECT_FALSE(is_permanent(RedirectStatus::temporary_redirect));
}

TEST(Refusal, LetsAPlainLinkPass) { EXPECT_EQ(refusal({}, false, kNow), std::nullopt); }

TEST(Refusal, ExpiresAtTheVeryMoment) {
  LinkSettings settings;
  settings.expires_at = kNow;
  EXPECT_EQ(refusal(settings, false, kNow - kMoment), std::nullopt);
  EXPECT_EQ(refusal(settings, false, kNow), ErrorCode::expired);
  EXPECT_EQ(refusal(settings, false, kNow + kMoment), ErrorCode::expired);
}

TEST(Refusal, BeginsAtTheVeryMoment) {
  LinkSettings settings;
  settings.not_before = kNow;
  EXPECT_EQ(refusal(settings, false, kNow - kMoment), ErrorCode::not_yet);
  EXPECT_EQ(refusal(settings, false, kNow), std::nullopt);
}

TEST(Refusal, NamesTheMostLastingReason) {
  LinkSettings settings;
  settings.not_before = kNow + kMoment;
  EXPECT_EQ(refusal(settings, false, kNow), ErrorCode::not_yet);
  settings.expires_at = kNow;
  EXPECT_EQ(refusal(settings, false, kNow), ErrorCode::expired);
  settings.enabled = false;
  EXPECT_EQ(refusal(settings, false, kNow), ErrorCode::disabled);
  EXPECT_EQ(refusal(settings, true, kNow), ErrorCode::deleted);
}

}  // namespace
}  // namespace curt
