#include "curt/links/link_draft.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace curt::links {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Timestamp kNow{milliseconds{1'795'348'800'000}};

const LinkRules& rules() {
  static const LinkRules rules{{"api"}, TargetUrl::from_stored("https://sho.rt/")};
  return rules;
}

LinkDraft draft() {
  LinkDraft draft;
  draft.url = "https://example.com/";
  return draft;
}

template <class Draft>
auto check(const Draft& draft) {
  return validate(draft, rules(), kNow);
}

/// The fields that the error names, in alphabetical order.
template <class T>
std::vector<std::string> blamed(const result<T>& outcome) {
  std::vector<std::string> fields;
  if (outcome) return fields;
  EXPECT_EQ(outcome.error().code, ErrorCode::invalid_value);
  for (const FieldError& error : outcome.error().fields) fields.push_back(error.field);
  std::sort(fields.begin(), fields.end());
  return fields;
}

using Fields = std::vector<std::string>;

TEST(ValidateLink, FillsInWhatIsNotSaid) {
  const result<CreateRequest> request = check(draft());
  ASSERT_TRUE(request);
  EXPECT_EQ(request->link.target.str(), "https://example.com/");
  EXPECT_EQ(request->link.code, ShortCode{});
  EXPECT_EQ(request->link.settings, LinkSettings{});
  EXPECT_EQ(request->link.settings.redirect_status, RedirectStatus::found);
  EXPECT_EQ(request->link.created_at, kNow);
  EXPECT_EQ(request->code_source, CodeSource::generated);
  EXPECT_FALSE(request->reuse);
  EXPECT_FALSE(request->idempotency);
}

TEST(ValidateLink, KeepsAllThatIsSaid) {
  LinkDraft wished = draft();
  wished.alias = "summer";
  wished.title = "Title";
  wished.tags = {"b", "a"};
  wished.redirect_status = 308;
  wished.forward_query = true;
  wished.enabled = false;
  wished.not_before = kNow + hours{1};
  wished.expires_at = kNow + hours{2};
  wished.reuse = true;
  const result<CreateRequest> request = check(wished);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->link.code.view(), "summer");
  EXPECT_EQ(request->code_source, CodeSource::alias);
  EXPECT_EQ(request->link.title, "Title");
  EXPECT_EQ(request->link.tags, (Fields{"a", "b"}));
  const LinkSettings& settings = request->link.settings;
  EXPECT_EQ(settings.redirect_status, RedirectStatus::permanent_redirect);
  EXPECT_TRUE(settings.forward_query);
  EXPECT_FALSE(settings.enabled);
  EXPECT_EQ(settings.not_before, kNow + hours{1});
  EXPECT_EQ(settings.expires_at, kNow + hours{2});
  EXPECT_TRUE(request->reuse);
}

TEST(ValidateLink, TellsOfEverythingThatIsWrongAtOnce) {
  LinkDraft wished;
  wished.url = "ftp://example.com/";
  wished.alias = "API";
  wished.title = "a\nb";
  wished.tags = {""};
  wished.redirect_status = 200;
  wished.expires_at = kNow;
  const result<CreateRequest> request = check(wished);
  ASSERT_FALSE(request);
  EXPECT_EQ(blamed(request), (Fields{"alias", "expires_at", "redirect_status", "tags", "title", "url"}));
}

TEST(ValidateLink, TakesTheFourRedirectStatusesOnly) {
  for (const int status : {301, 302, 307, 308}) {
    LinkDraft wished = draft();
    wished.redirect_status = status;
    const result<CreateRequest> request = check(wished);
    ASSERT_TRUE(request) << status;
    EXPECT_EQ(static_cast<int>(request->link.settings.redirect_status), status);
  }
  for (const std::int64_t status : {0L, -302L, 300L, 303L, 304L, 305L, 306L, 309L, 65838L}) {
    LinkDraft wished = draft();
    wished.redirect_status = status;
    EXPECT_EQ(blamed(check(wished)), Fields{"redirect_status"}) << status;
  }
}

TEST(ValidateLink, CountsATtlFromNow) {
  for (const std::int64_t ttl : {std::int64_t{1}, std::int64_t{3600}, kMaxTtl}) {
    LinkDraft wished = draft();
    wished.ttl = ttl;
    const result<CreateRequest> request = check(wished);
    ASSERT_TRUE(request) << ttl;
    EXPECT_EQ(request->link.settings.expires_at, kNow + seconds{ttl});
  }
}

TEST(ValidateLink, RefusesATtlOutOfBounds) {
  for (const std::int64_t ttl : {std::int64_t{0}, std::int64_t{-1}, kMaxTtl + 1, INT64_MAX, INT64_MIN}) {
    LinkDraft wished = draft();
    wished.ttl = ttl;
    EXPECT_EQ(blamed(check(wished)), Fields{"ttl"}) << ttl;
  }
}

TEST(ValidateLink, RefusesTwoWaysOfSayingTheEnd) {
  LinkDraft wished = draft();
  wished.ttl = 60;
  wished.expires_at = kNow + hours{1};
  EXPECT_EQ(blamed(check(wished)), Fields{"ttl"});
}

TEST(ValidateLink, WantsAnEndInTheFuture) {
  LinkDraft wished = draft();
  wished.expires_at = kNow;
  EXPECT_EQ(blamed(check(wished)), Fields{"expires_at"});
  wished.expires_at = kNow + milliseconds{1};
  EXPECT_TRUE(check(wished));
}

TEST(ValidateLink, TakesABeginInThePast) {
  LinkDraft wished = draft();
  wished.not_before = kNow - hours{1};
  EXPECT_TRUE(check(wished));
}

TEST(ValidateLink, RefusesALinkThatBeginsWhenItEnds) {
  LinkDraft wished = draft();
  wished.not_before = kNow + seconds{60};
  wished.ttl = 60;
  EXPECT_EQ(blamed(check(wished)), Fields{"not_before"});
  wished.not_before = kNow + seconds{60} - milliseconds{1};
  EXPECT_TRUE(check(wished));
}

TEST(ValidateLink, TakesMaxVisitsWithinItsBounds) {
  for (const std::int64_t right : {std::int64_t{1}, kMaxMaxVisits}) {
    LinkDraft wish = draft();
    wish.max_visits = right;
    ASSERT_TRUE(check(wish));
    EXPECT_EQ(check(wish)->link.settings.max_visits, right);
  }
  for (const std::int64_t wrong : {std::int64_t{0}, std::int64_t{-1}, kMaxMaxVisits + 1}) {
    LinkDraft wish = draft();
    wish.max_visits = wrong;
    EXPECT_EQ(blamed(check(wish)), Fields{"max_visits"});
    EXPECT_EQ(check(wish).error().fields.at(0).message, "must be from 1 to 1000000000000");
    EditDraft edit;
    edit.max_visits.emplace(wrong);
    EXPECT_EQ(blamed(check(edit)), Fields{"max_visits"});
  }
}

TEST(ValidateEdit, SetsAndClearsMaxVisits) {
  EditDraft edit;
  EXPECT_FALSE(check(edit)->max_visits);
  edit.max_visits.emplace(std::nullopt);
  const auto cleared = check(edit);
  ASSERT_TRUE(cleared && cleared->max_visits);
  EXPECT_FALSE(*cleared->max_visits);
  edit.max_visits.emplace(5);
  const auto set = check(edit);
  ASSERT_TRUE(set && set->max_visits);
  EXPECT_EQ(*set->max_visits, 5);
}

TEST(ValidateEdit, LeavesWhatIsAbsent) {
  const result<LinkPatch> patch = check(EditDraft{});
  ASSERT_TRUE(patch);
  EXPECT_FALSE(patch->target || patch->title || patch->tags || patch->redirect_status ||
               patch->forward_query || patch->enabled || patch->not_before || patch->expires_at);
}

TEST(ValidateEdit, ClearsWhatIsNull) {
  EditDraft wished;
  wished.title.emplace();
  wished.not_before.emplace();
  wished.expires_at.emplace();
  const result<LinkPatch> patch = check(wished);
  ASSERT_TRUE(patch);
  ASSERT_TRUE(patch->title && patch->not_before && patch->expires_at);
  EXPECT_FALSE(*patch->title || *patch->not_before || *patch->expires_at);
}

TEST(ValidateEdit, KeepsAllThatIsSaid) {
  EditDraft wished;
  wished.url = "https://EXAMPLE.org";
  wished.title = "New";
  wished.tags = {"b", "a", "b"};
  wished.redirect_status = 301;
  wished.forward_query = true;
  wished.enabled = false;
  wished.not_before = kNow + hours{1};
  wished.ttl = 7200;
  const result<LinkPatch> patch = check(wished);
  ASSERT_TRUE(patch);
  EXPECT_EQ(patch->target->str(), "https://example.org/");
  EXPECT_EQ(*patch->title, "New");
  EXPECT_EQ(*patch->tags, (Fields{"a", "b"}));
  EXPECT_EQ(patch->redirect_status, RedirectStatus::moved_permanently);
  EXPECT_EQ(patch->forward_query, true);
  EXPECT_EQ(patch->enabled, false);
  EXPECT_EQ(*patch->not_before, kNow + hours{1});
  EXPECT_EQ(*patch->expires_at, kNow + hours{2});
}

TEST(ValidateEdit, TellsOfEverythingThatIsWrongAtOnce) {
  EditDraft wished;
  wished.url = "https://sho.rt/abc";
  wished.title = std::string(kMaxTitle + 1, 'x');
  wished.tags = {""};
  wished.redirect_status = 404;
  wished.expires_at = kNow + hours{1};
  wished.ttl = 60;
  EXPECT_EQ(blamed(check(wished)), (Fields{"redirect_status", "tags", "title", "ttl", "url"}));
}

TEST(ValidateEdit, WantsAnEndInTheFuture) {
  EditDraft wished;
  wished.expires_at = kNow;
  EXPECT_EQ(blamed(check(wished)), Fields{"expires_at"});
  wished.expires_at.reset();
  wished.ttl = 0;
  EXPECT_EQ(blamed(check(wished)), Fields{"ttl"});
}

}  // namespace
}  // namespace curt::links
