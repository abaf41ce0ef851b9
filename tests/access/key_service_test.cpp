#include "curt/access/key_service.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/base/random.hpp"

#include "support/captured_log.hpp"
#include "support/error_codes.hpp"
#include "support/fakes/fake_key_store.hpp"
#include "support/manual_clock.hpp"
#include "support/run_awaitable.hpp"

namespace {

using namespace std::chrono_literals;
using curt::Call;
using curt::Deadline;
using curt::ErrorCode;
using curt::FieldError;
using curt::KeyId;
using curt::Timestamp;
using curt::access::AskedBy;
using curt::access::KeyDraft;
using curt::access::Keys;
using curt::access::KeyService;
using curt::access::MadeKey;
using curt::access::Verdict;
using ::testing::HasSubstr;

constexpr Timestamp kNow{1'700'000'000'000ms};
constexpr AskedBy kBy{"key:admin", "192.0.2.1", "request-1"};

class KeyServiceTest : public ::testing::Test {
 protected:
  KeyServiceTest() { keys_.replace({}); }

  curt::result<MadeKey> create(KeyDraft draft) {
    return curt::test::run(service_.create(call_, kBy, std::move(draft)));
  }
  MadeKey make() { return create({.name = "Shop", .scopes = {"links:write"}}).value(); }

  [[nodiscard]] Verdict verdict(const MadeKey& made) const {
    return keys_.judge(made.text.view(), clock_.now()).verdict;
  }

  /// What is wrong with the draft, as "<field> <message>".
  std::vector<std::string> wrong(KeyDraft draft) {
    const auto made = create(std::move(draft));
    std::vector<std::string> texts;
    if (made) return texts;
    for (const FieldError& error : made.error().fields) texts.push_back(error.field + " " + error.message);
    return texts;
  }

  curt::test::CapturedLog log_;
  curt::SystemRandom random_;
  curt::test::ManualClock clock_{kNow};
  curt::test::FakeKeyStore store_;
  Keys keys_;
  KeyService service_{store_, &keys_, random_, clock_};
  Call call_{Deadline::in(1min)};
};

TEST_F(KeyServiceTest, MakesAKeyThatIsGoodAtOnce) {
  const auto made =
      create({.name = " Shop ", .scopes = {"links:write", "links:read"}, .own = true, .ttl = 60});
  ASSERT_TRUE(made);
  EXPECT_EQ(verdict(*made), Verdict::good);
  const auto stored = store_.key(made->key.id);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->name, "Shop");
  EXPECT_EQ(stored->scopes.str(), "links:read links:write");
  EXPECT_TRUE(stored->own);
  EXPECT_EQ(stored->expires_at, kNow + 60s);
  clock_.advance(60s);
  EXPECT_EQ(verdict(*made), Verdict::expired);
}

TEST_F(KeyServiceTest, SaysAllThatIsWrong) {
  EXPECT_THAT(wrong({.name = " ", .scopes = {}, .ttl = 0}),
              ::testing::ElementsAre("name must not be empty", HasSubstr("scopes must name at least one"),
                                     HasSubstr("ttl must be from 1")));
  EXPECT_THAT(wrong({.name = std::string(101, 'x'), .scopes = {"admin"}, .own = true}),
              ::testing::ElementsAre(HasSubstr("at most 100"), HasSubstr("own excludes the scope admin")));
  const MadeKey made = make();
  EXPECT_THAT(wrong({.name = "old " + std::string{made.text.view()}, .scopes = {"admin"}}),
              ::testing::ElementsAre("name must not contain a key"));
  EXPECT_THAT(wrong({.name = "a\nb", .scopes = {"admin"}, .expires_at = kNow, .ttl = std::nullopt}),
              ::testing::ElementsAre(HasSubstr("control"), "expires_at must lie in the future"));
  EXPECT_THAT(wrong({.name = "a", .scopes = {"admin"}, .expires_at = kNow + 1s, .ttl = 1}),
              ::testing::ElementsAre("ttl excludes expires_at"));
}

TEST_F(KeyServiceTest, RevokesAtOnceAndForGood) {
  const MadeKey made = make();
  const auto revoked = curt::test::run(service_.revoke(call_, kBy, made.key.id));
  ASSERT_TRUE(revoked);
  EXPECT_EQ(verdict(made), Verdict::revoked);
  clock_.advance(1s);
  EXPECT_TRUE(curt::test::run(service_.revoke(call_, kBy, made.key.id)));
  EXPECT_EQ(store_.key(made.key.id)->revoked_at, kNow);
  EXPECT_FALSE(curt::test::run(service_.rotate(call_, kBy, made.key.id, 0s)));
  EXPECT_EQ(log_.events("audit").size(), 2U) << "the second revocation changed nothing";
}

TEST_F(KeyServiceTest, RotatesToASecondSecretOfTheSameId) {
  const MadeKey before = make();
  const auto after = curt::test::run(service_.rotate(call_, kBy, before.key.id, 1h));
  ASSERT_TRUE(after);
  EXPECT_EQ(after->key.id, before.key.id);
  EXPECT_EQ(verdict(*after), Verdict::good);
  EXPECT_EQ(verdict(before), Verdict::good);
  clock_.advance(1h);
  EXPECT_EQ(verdict(*after), Verdict::good);
  EXPECT_EQ(verdict(before), Verdict::expired);
}

TEST_F(KeyServiceTest, EndsTheOldSecretAtOnceWithoutGrace) {
  const MadeKey before = make();
  ASSERT_TRUE(curt::test::run(service_.rotate(call_, kBy, before.key.id, 0s)));
  EXPECT_EQ(verdict(before), Verdict::expired);
}

TEST_F(KeyServiceTest, DoesNotEndASecretThatIsStillGoodByASecondRotation) {
  const MadeKey first = make();
  const auto second = curt::test::run(service_.rotate(call_, kBy, first.key.id, 1h));
  ASSERT_TRUE(second);
  EXPECT_EQ(curt::test::run(service_.rotate(call_, kBy, first.key.id, 1h)).error().code, ErrorCode::not_yet);
  EXPECT_EQ(verdict(first), Verdict::good);
  EXPECT_EQ(verdict(*second), Verdict::good);
  clock_.advance(1h);
  EXPECT_TRUE(curt::test::run(service_.rotate(call_, kBy, first.key.id, 1h)));
  EXPECT_EQ(verdict(*second), Verdict::good);
  EXPECT_TRUE(curt::test::run(service_.rotate(call_, kBy, first.key.id, 0s))) << "which ends both";
  EXPECT_EQ(verdict(*second), Verdict::not_known);
}

TEST_F(KeyServiceTest, GivesAnOldSecretThirtyDaysAtMost) {
  const MadeKey made = make();
  const auto rotated =
      curt::test::run(service_.rotate(call_, kBy, made.key.id, curt::access::kMaxGrace + 1s));
  ASSERT_FALSE(rotated);
  EXPECT_EQ(rotated.error().fields.at(0).field, "grace");
}

TEST_F(KeyServiceTest, KnowsNoOtherKeys) {
  const KeyId id = KeyId::from_valid("abcdefghijkl");
  EXPECT_EQ(curt::test::run(service_.get(call_, id)).error().code, ErrorCode::not_found);
  EXPECT_EQ(curt::test::run(service_.revoke(call_, kBy, id)).error().code, ErrorCode::not_found);
}

TEST_F(KeyServiceTest, LeavesAnAuditLineThatNamesTheKeyByItsIdAlone) {
  const MadeKey made = make();
  const auto events = log_.events("audit");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.at(0).at("action"), "create_key");
  EXPECT_EQ(events.at(0).at("outcome"), "done");
  EXPECT_EQ(events.at(0).at("key"), made.key.id.view());
  EXPECT_EQ(events.at(0).at("by"), "key:admin");
  EXPECT_EQ(events.at(0).at("client"), "192.0.2.1");
  EXPECT_EQ(events.at(0).dump().find(std::string{made.text.view().substr(18)}), std::string::npos);
}

TEST_F(KeyServiceTest, OfACommandNoClientAndNoRequestAreAudited) {
  const AskedBy command{.by = "user:root", .client = {}, .request_id = {}};
  const MadeKey made = make();
  EXPECT_TRUE(curt::test::run(service_.revoke(call_, command, made.key.id)));
  const auto events = log_.events("audit");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events.at(1).at("by"), "user:root");
  EXPECT_FALSE(events.at(1).contains("client"));
  EXPECT_FALSE(events.at(1).contains("request_id"));
}

TEST_F(KeyServiceTest, SaysThatAChangeMayHaveBeenMade) {
  store_.fail_writes(curt::Error{ErrorCode::outcome_unknown, "Nobody knows.", {}, {}});
  ASSERT_FALSE(create({.name = "Shop", .scopes = {"admin"}}));
  const auto events = log_.events("audit");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.at(0).at("outcome"), "unknown");
}

}  // namespace
