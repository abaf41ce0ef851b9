#include "curt/access/key_follower.hpp"

#include <chrono>
#include <future>
#include <optional>
#include <string>

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/base/random.hpp"

#include "support/captured_log.hpp"
#include "support/core_threads.hpp"
#include "support/eventually.hpp"
#include "support/fakes/fake_key_store.hpp"
#include "support/manual_clock.hpp"
#include "support/patience.hpp"

namespace {

using namespace std::chrono_literals;
using curt::Error;
using curt::ErrorCode;
using curt::Timestamp;
using curt::access::Key;
using curt::access::KeyFollower;
using curt::access::KeyParts;
using curt::access::Keys;
using curt::access::KeyText;
using curt::access::Scope;
using curt::access::Verdict;
using curt::test::eventually;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Timestamp kNow{1'700'000'000'000ms};
constexpr const char* kFailed = "API keys cannot be read from the database; those that are known go on";
constexpr const char* kUnknown = "API keys cannot be read from the database; none is known yet";
constexpr const char* kAgain = "API keys are read from the database again";

class KeyFollowerTest : public ::testing::Test {
 public:
  ~KeyFollowerTest() override { end(); }

 protected:
  void start(std::optional<KeyParts> admin = std::nullopt, std::string advice = {}) {
    follower_.emplace(
        KeyFollower::Parts{.store = store_, .keys = keys_, .clock = clock_, .metrics = metrics_}, admin,
        std::move(advice), 5ms);
    keys_.read_on(reader_.executors(), thread_.executors().front());
    follower_->start(thread_.executors().front());
    follower_->await_first_look(std::chrono::steady_clock::now() + curt::test::patience());
  }

  void end() {
    if (!follower_) return;
    follower_->stop();
    EXPECT_TRUE(follower_->join_until(std::chrono::steady_clock::now() + curt::test::patience()));
    thread_.join();
  }

  /// Waits until the follower has looked once more, from begin to end.
  void look() {
    const std::size_t before = store_.looks();
    EXPECT_TRUE(eventually([&] { return store_.looks() >= before + 2; }));
  }

  Key key_of(const KeyText& text) {
    Key key;
    key.id = text.id;
    key.secret = text.secret;
    key.name = "somebody";
    key.scopes = Scope::links_read;
    key.created_at = kNow - 1h;
    return key;
  }

  /// Judges as a core does, on a thread of which the keys know that it reads them.
  [[nodiscard]] Verdict verdict(const KeyText& text) {
    std::promise<Verdict> judged;
    curt::net::post(reader_.executors().front(),
                    [&] { judged.set_value(keys_.judge(text.text.view(), clock_.now()).verdict); });
    return judged.get_future().get();
  }

  static Error away() { return {ErrorCode::unavailable, "The database is away.", "connection refused", {}}; }

  curt::test::CapturedLog log_;
  curt::SystemRandom random_;
  curt::test::ManualClock clock_{kNow};
  curt::Metrics metrics_;
  curt::test::FakeKeyStore store_;
  Keys keys_;
  std::optional<KeyFollower> follower_;
  curt::test::CoreThreads thread_{1};
  curt::test::CoreThreads reader_{1};
  const KeyText text_ = curt::access::make_key_text(random_);
};

TEST_F(KeyFollowerTest, HasTheKeysWithTheFirstLook) {
  store_.put(key_of(text_));
  start();
  EXPECT_EQ(verdict(text_), Verdict::good);
  EXPECT_EQ(keys_.count(kNow), 1U);
  EXPECT_TRUE(follower_->health().is_well());
}

TEST_F(KeyFollowerTest, SeesWhatOthersMakeAndRevoke) {
  start();
  EXPECT_EQ(verdict(text_), Verdict::not_known);
  store_.put(key_of(text_));
  EXPECT_TRUE(eventually([&] { return verdict(text_) == Verdict::good; }));
  Key revoked = key_of(text_);
  revoked.revoked_at = kNow;
  store_.put(revoked);
  EXPECT_TRUE(eventually([&] { return verdict(text_) == Verdict::revoked; }));
}

TEST_F(KeyFollowerTest, ForgetsKeysOfADatabaseThatWasRestored) {
  store_.put(key_of(text_));
  store_.put(key_of(curt::access::make_key_text(random_)));
  start();
  store_.restore(1);
  EXPECT_TRUE(eventually([&] { return verdict(text_) == Verdict::not_known; }));
}

TEST_F(KeyFollowerTest, ReadsAllKeysOnceAMinute) {
  store_.put(key_of(text_));
  start();
  store_.restore(1);  // the same number: nothing tells of it
  look();
  EXPECT_EQ(verdict(text_), Verdict::good);
  clock_.advance(KeyFollower::kReadAllInterval);
  EXPECT_TRUE(eventually([&] { return verdict(text_) == Verdict::not_known; }));
}

TEST_F(KeyFollowerTest, ReadsAllKeysOnceTheDatabaseHasBeenAway) {
  store_.put(key_of(text_));
  start();
  store_.fail(away());
  look();
  store_.restore(1);  // a server that missed the key, and had another change instead
  store_.fail(std::nullopt);
  EXPECT_TRUE(eventually([&] { return verdict(text_) == Verdict::not_known; }));
}

TEST_F(KeyFollowerTest, GoesOnWithWhatItKnowsWhileTheDatabaseIsAwayAndSaysHowOldThatIs) {
  Key expires = key_of(text_);
  expires.expires_at = kNow + 90s;
  store_.put(expires);
  start();
  look();
  store_.fail(away());
  look();
  clock_.advance(30s);
  look();
  EXPECT_EQ(verdict(text_), Verdict::good);
  EXPECT_EQ(follower_->health().age, 30s);
  EXPECT_FALSE(follower_->health().is_well());
  clock_.advance(60s);
  EXPECT_EQ(verdict(text_), Verdict::expired);
  look();
  store_.fail(std::nullopt);
  EXPECT_TRUE(eventually([&] { return follower_->health().is_well(); }));
  end();
  const auto failures = log_.events(kFailed);
  ASSERT_EQ(failures.size(), 2U) << "one when it begins, and one a minute";
  EXPECT_EQ(failures.at(0).at("error"), "connection refused");
  EXPECT_EQ(failures.at(1).at("age_seconds"), 90);
  EXPECT_EQ(log_.events(kAgain).size(), 1U);
}

TEST_F(KeyFollowerTest, KnowsNothingWhereTheDatabaseIsAwayFromTheStart) {
  store_.put(key_of(text_));
  store_.fail(away());
  start();
  EXPECT_EQ(verdict(text_), Verdict::not_loaded);
  EXPECT_EQ(follower_->health().age, std::nullopt);
  EXPECT_FALSE(follower_->health().is_well());
  store_.fail(std::nullopt);
  EXPECT_TRUE(eventually([&] { return verdict(text_) == Verdict::good; }));
  end();
  EXPECT_EQ(log_.events(kUnknown).size(), 1U);
}

TEST_F(KeyFollowerTest, RegistersTheAdminKeyOnceTheDatabaseAnswers) {
  store_.fail(away());
  start(KeyParts{text_.id, text_.secret});
  look();
  EXPECT_EQ(store_.key(text_.id), std::nullopt);
  store_.fail(std::nullopt);
  store_.fail_writes(away());
  look();
  store_.fail_writes(std::nullopt);
  EXPECT_TRUE(eventually([&] { return verdict(text_) == Verdict::good; }));
  ASSERT_TRUE(store_.key(text_.id));
  EXPECT_EQ(store_.key(text_.id)->scopes, curt::access::Scopes{Scope::admin});
  end();
  const auto audit = log_.events("audit");
  ASSERT_EQ(audit.size(), 1U);
  EXPECT_EQ(audit.at(0).at("key"), text_.id.view());
}

TEST_F(KeyFollowerTest, LeavesAnAdminKeyAloneThatIsThereAlready) {
  Key revoked = key_of(text_);
  revoked.revoked_at = kNow - 1h;
  store_.put(revoked);
  start(KeyParts{text_.id, text_.secret});
  look();
  look();
  EXPECT_EQ(verdict(text_), Verdict::revoked);
  end();
  EXPECT_THAT(log_.lines({"the key in CURT_ADMIN_KEY_FILE is of no use"}),
              ElementsAre("the key in CURT_ADMIN_KEY_FILE is of no use: it is revoked"));
  EXPECT_THAT(log_.events("audit"), IsEmpty());
}

TEST_F(KeyFollowerTest, SaysHowToMakeTheFirstKeyWhereThereIsNone) {
  start(std::nullopt, "there is no key; run this");
  look();
  look();
  end();
  EXPECT_EQ(log_.events("there is no key; run this").size(), 1U);
}

TEST_F(KeyFollowerTest, GivesNoAdviceWhereThereIsAKey) {
  store_.put(key_of(text_));
  start(std::nullopt, "there is no key; run this");
  look();
  end();
  EXPECT_THAT(log_.events("there is no key; run this"), IsEmpty());
}

TEST_F(KeyFollowerTest, NotesOnceAMinuteWhichKeysWereUsed) {
  store_.put(key_of(text_));
  start();
  EXPECT_EQ(verdict(text_), Verdict::good);
  look();
  EXPECT_EQ(store_.key(text_.id)->last_used_at, std::nullopt);
  store_.fail_writes(away());
  clock_.advance(KeyFollower::kNoteInterval);
  look();
  EXPECT_EQ(store_.key(text_.id)->last_used_at, std::nullopt);
  store_.fail_writes(std::nullopt);
  clock_.advance(KeyFollower::kNoteInterval);
  EXPECT_TRUE(eventually([&] { return store_.key(text_.id)->last_used_at == kNow; }))
      << "what could not be noted";
}

TEST_F(KeyFollowerTest, NotesTheLastUsesWhenItEnds) {
  store_.put(key_of(text_));
  start();
  EXPECT_EQ(verdict(text_), Verdict::good);
  end();
  EXPECT_EQ(store_.key(text_.id)->last_used_at, kNow);
}

}  // namespace
