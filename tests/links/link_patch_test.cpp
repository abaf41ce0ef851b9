#include "curt/links/link_patch.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace curt::links {
namespace {

constexpr Timestamp kMade{std::chrono::milliseconds{1'700'000'000'000}};
constexpr Timestamp kEdited = kMade + std::chrono::hours{1};
constexpr Timestamp kBegin = kMade + std::chrono::hours{10};
constexpr Timestamp kEnd = kMade + std::chrono::hours{20};

Link full_link() {
  LinkSettings settings;
  settings.not_before = kBegin;
  settings.expires_at = kEnd;
  return {ShortCode::from_valid("abc"),
          TargetUrl::from_stored("https://example.com/"),
          "Title",
          {"one", "two"},
          settings,
          kMade,
          kMade,
          4,
          {}};
}

TEST(Apply, ChangesNothingWithAnEmptyPatch) {
  const result<Link> link = apply(LinkPatch{}, full_link(), kEdited);
  ASSERT_TRUE(link);
  EXPECT_EQ(link->version, 4);
  EXPECT_EQ(link->updated_at, kMade);
}

TEST(Apply, KeepsTheVersionWhenAllIsAsItWas) {
  LinkPatch patch;
  patch.target = TargetUrl::from_stored("https://example.com/");
  patch.title = "Title";
  patch.tags = {"one", "two"};
  patch.redirect_status = RedirectStatus::found;
  patch.forward_query = false;
  patch.enabled = true;
  patch.not_before = kBegin;
  patch.expires_at = kEnd;
  const result<Link> link = apply(patch, full_link(), kEdited);
  ASSERT_TRUE(link);
  EXPECT_EQ(link->version, 4);
  EXPECT_EQ(link->updated_at, kMade);
}

TEST(Apply, CountsTheVersionOnceForAllThatChanges) {
  LinkPatch patch;
  patch.target = TargetUrl::from_stored("https://example.org/");
  patch.title = "New";
  patch.tags = {"three"};
  patch.redirect_status = RedirectStatus::moved_permanently;
  patch.forward_query = true;
  patch.enabled = false;
  patch.not_before = kBegin + std::chrono::hours{1};
  patch.expires_at = kEnd + std::chrono::hours{1};
  const result<Link> link = apply(patch, full_link(), kEdited);
  ASSERT_TRUE(link);
  EXPECT_EQ(link->target.str(), "https://example.org/");
  EXPECT_EQ(link->title, "New");
  EXPECT_EQ(link->tags, std::vector<std::string>{"three"});
  EXPECT_EQ(link->settings.redirect_status, RedirectStatus::moved_permanently);
  EXPECT_TRUE(link->settings.forward_query);
  EXPECT_FALSE(link->settings.enabled);
  EXPECT_EQ(link->settings.not_before, kBegin + std::chrono::hours{1});
  EXPECT_EQ(link->settings.expires_at, kEnd + std::chrono::hours{1});
  EXPECT_EQ(link->version, 5);
  EXPECT_EQ(link->updated_at, kEdited);
  EXPECT_EQ(link->created_at, kMade);
}

TEST(Apply, CountsAChangeOfAnyFieldByItself) {
  const std::vector<std::function<void(LinkPatch&)>> changes{
      [](LinkPatch& patch) { patch.target = TargetUrl::from_stored("https://example.org/"); },
      [](LinkPatch& patch) { patch.title.emplace(); },
      [](LinkPatch& patch) { patch.tags.emplace(); },
      [](LinkPatch& patch) { patch.redirect_status = RedirectStatus::temporary_redirect; },
      [](LinkPatch& patch) { patch.forward_query = true; },
      [](LinkPatch& patch) { patch.enabled = false; },
      [](LinkPatch& patch) { patch.not_before.emplace(); },
      [](LinkPatch& patch) { patch.expires_at.emplace(); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    LinkPatch patch;
    changes[i](patch);
    const result<Link> link = apply(patch, full_link(), kEdited);
    ASSERT_TRUE(link) << i;
    EXPECT_EQ(link->version, 5) << i;
    EXPECT_EQ(link->updated_at, kEdited) << i;
  }
}

TEST(Apply, ClearsWhatMayBeNull) {
  LinkPatch patch;
  patch.title.emplace();
  patch.not_before.emplace();
  patch.expires_at.emplace();
  const result<Link> link = apply(patch, full_link(), kEdited);
  ASSERT_TRUE(link);
  EXPECT_EQ(link->title, std::nullopt);
  EXPECT_EQ(link->settings.not_before, std::nullopt);
  EXPECT_EQ(link->settings.expires_at, std::nullopt);
}

TEST(Apply, SetsAndClearsMaxVisitsAndKeepsWhatWasSpent) {
  Link link = full_link();
  link.spent = 3;
  LinkPatch patch;
  patch.max_visits.emplace(2);
  const Link limited = apply(patch, link, kEdited).value();
  EXPECT_EQ(limited.settings.max_visits, 2);
  EXPECT_EQ(limited.spent, 3);
  EXPECT_EQ(limited.version, 5);
  EXPECT_EQ(apply(patch, limited, kEdited).value().version, 5);
  patch.max_visits.emplace(std::nullopt);
  const Link open = apply(patch, limited, kEdited).value();
  EXPECT_EQ(open.settings.max_visits, std::nullopt);
  EXPECT_EQ(open.spent, 3);
}

TEST(Apply, RefusesALinkThatWouldBeginWhenItEnds) {
  LinkPatch patch;
  patch.not_before = kEnd;
  const result<Link> link = apply(patch, full_link(), kEdited);
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().code, ErrorCode::invalid_value);
  ASSERT_EQ(link.error().fields.size(), 1U);
  EXPECT_EQ(link.error().fields.front().field, "not_before");

  patch.not_before = kEnd - std::chrono::milliseconds{1};
  EXPECT_TRUE(apply(patch, full_link(), kEdited));
}

TEST(Apply, BlamesTheEndWhenTheEndIsEdited) {
  LinkPatch patch;
  patch.expires_at = kBegin;
  const result<Link> link = apply(patch, full_link(), kEdited);
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().fields.front().field, "expires_at");
}

TEST(Apply, MovesBeginAndEndTogether) {
  LinkPatch patch;
  patch.not_before = kEnd + std::chrono::hours{1};
  patch.expires_at = kEnd + std::chrono::hours{2};
  EXPECT_TRUE(apply(patch, full_link(), kEdited));
}

}  // namespace
}  // namespace curt::links
