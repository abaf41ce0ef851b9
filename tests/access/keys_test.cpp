#include "curt/access/keys.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/access/key_text.hpp"
#include "curt/base/random.hpp"

#include "support/core_threads.hpp"
#include "support/run_awaitable.hpp"

namespace {

using namespace std::chrono_literals;
using curt::Timestamp;
using curt::access::Judgement;
using curt::access::Key;
using curt::access::Keys;
using curt::access::KeyText;
using curt::access::Scope;
using curt::access::Verdict;

constexpr Timestamp kNow{1'700'000'000'000ms};

class KeysTest : public ::testing::Test {
 protected:
  /// A key that may read links, and what is kept of it.
  struct Made {
    KeyText text;
    Key key;
  };
  Made make() {
    Made made{curt::access::make_key_text(random_), {}};
    made.key.id = made.text.id;
    made.key.secret = made.text.secret;
    made.key.scopes = Scope::links_read;
    made.key.created_at = kNow - 1h;
    made.key.change = ++change_;
    return made;
  }

  [[nodiscard]] Verdict verdict(const Made& made, Timestamp now = kNow) const {
    return keys_.judge(made.text.text.view(), now).verdict;
  }

  curt::SystemRandom random_;
  Keys keys_;
  std::int64_t change_ = 0;
};

TEST_F(KeysTest, KnowNothingAtFirst) {
  EXPECT_FALSE(keys_.is_loaded());
  EXPECT_EQ(verdict(make()), Verdict::not_loaded);
  EXPECT_EQ(keys_.judge("no key at all", kNow).verdict, Verdict::not_known);
}

TEST_F(KeysTest, LetAGoodKeyInWithWhatItMay) {
  Made made = make();
  made.key.own = true;
  keys_.replace({made.key, make().key});
  const Judgement judgement = keys_.judge(made.text.text.view(), kNow);
  EXPECT_EQ(judgement.verdict, Verdict::good);
  EXPECT_EQ(judgement.principal.key, made.key.id);
  EXPECT_EQ(judgement.principal.only(), made.key.id);
  EXPECT_EQ(judgement.principal.scopes, made.key.scopes);
}

TEST_F(KeysTest, DoNotTellAWrongSecretFromAnUnknownId) {
  const Made known = make();
  const Made unknown = make();
  keys_.replace({known.key});
  const KeyText wrong = curt::access::make_key_text(known.key.id, random_);
  EXPECT_EQ(keys_.judge(wrong.text.view(), kNow).verdict, Verdict::not_known);
  EXPECT_EQ(verdict(unknown), Verdict::not_known);
  keys_.replace({});
  EXPECT_EQ(verdict(known), Verdict::not_known);
}

TEST_F(KeysTest, TellWhoHasTheSecretWhyItIsOfNoUse) {
  Made expires = make();
  expires.key.expires_at = kNow;
  Made revoked = make();
  revoked.key.revoked_at = kNow - 1s;
  keys_.replace({expires.key, revoked.key});
  EXPECT_EQ(verdict(expires, kNow - 1ms), Verdict::good);
  EXPECT_EQ(verdict(expires, kNow), Verdict::expired);
  EXPECT_EQ(verdict(revoked), Verdict::revoked);
  EXPECT_EQ(keys_.count(kNow - 1ms), 1U);
  EXPECT_EQ(keys_.count(kNow), 0U);
}

TEST_F(KeysTest, TakeTheSecretFromBeforeARotationForItsGrace) {
  const Made before = make();
  Made after{curt::access::make_key_text(before.key.id, random_), before.key};
  after.key.secret = after.text.secret;
  after.key.previous = before.key.secret;
  after.key.previous_until = kNow + 1h;
  after.key.change = ++change_;
  keys_.replace({before.key});
  keys_.merge({after.key});
  EXPECT_EQ(verdict(after), Verdict::good);
  EXPECT_EQ(verdict(before), Verdict::good);
  EXPECT_EQ(verdict(after, kNow + 1h), Verdict::good);
  EXPECT_EQ(verdict(before, kNow + 1h), Verdict::expired);
}

TEST_F(KeysTest, KeepTheLaterStateOfAKey) {
  const Made made = make();
  Key revoked = made.key;
  revoked.revoked_at = kNow;
  revoked.change = made.key.change + 1;
  keys_.replace({made.key});
  keys_.merge({revoked});
  keys_.merge({made.key});
  EXPECT_EQ(verdict(made), Verdict::revoked);
}

TEST_F(KeysTest, KeepWhatWasLearnedWhileAllWereRead) {
  const Made made = make();
  const Made gone = make();
  keys_.replace({made.key, gone.key});
  const std::int64_t read = change_;
  Key revoked = made.key;
  revoked.revoked_at = kNow;
  revoked.change = ++change_;
  const Made added = make();
  keys_.merge({revoked, added.key});
  keys_.replace({made.key}, read);
  EXPECT_EQ(verdict(made), Verdict::revoked);
  EXPECT_EQ(verdict(added), Verdict::good);
  EXPECT_EQ(verdict(gone), Verdict::not_known) << "somebody has deleted it by hand";
  keys_.replace({made.key});
  EXPECT_EQ(verdict(made), Verdict::good) << "of another database nothing stays";
  EXPECT_EQ(verdict(added), Verdict::not_known);
}

TEST_F(KeysTest, LearnAKeyOnTheirHomeThread) {
  const Made made = make();
  keys_.replace({});
  curt::test::run(keys_.learn(made.key));
  EXPECT_EQ(verdict(made), Verdict::good) << "without a home thread at once";
  const Made second = make();
  curt::test::CoreThreads home{1};
  keys_.read_on({}, home.executors().front());
  curt::test::run(keys_.learn(second.key));
  EXPECT_EQ(verdict(second), Verdict::good);
}

TEST_F(KeysTest, AddWhatIsNewAndKeepTheRest) {
  const Made first = make();
  const Made second = make();
  keys_.replace({first.key});
  keys_.merge({second.key});
  EXPECT_EQ(verdict(first), Verdict::good);
  EXPECT_EQ(verdict(second), Verdict::good);
}

TEST_F(KeysTest, LearnNothingBeforeAllWereRead) {
  const Made made = make();
  keys_.merge({made.key});
  EXPECT_FALSE(keys_.is_loaded());
}

TEST_F(KeysTest, TellWhichKeysWereUsedAndWhenLast) {
  const Made used = make();
  const Made idle = make();
  keys_.replace({used.key, idle.key});
  EXPECT_THAT(keys_.take_uses(), ::testing::IsEmpty());
  EXPECT_EQ(verdict(used), Verdict::good);
  EXPECT_EQ(verdict(used, kNow + 30s), Verdict::good);
  keys_.merge({make().key});  // a use outlives the snapshot
  const auto uses = keys_.take_uses();
  ASSERT_EQ(uses.size(), 1U);
  EXPECT_EQ(uses.at(0).id, used.key.id);
  EXPECT_EQ(uses.at(0).at, kNow + 30s);
  EXPECT_THAT(keys_.take_uses(), ::testing::IsEmpty());
}

TEST_F(KeysTest, NoteNoUseOfAKeyThatWasRefused) {
  Made revoked = make();
  revoked.key.revoked_at = kNow;
  keys_.replace({revoked.key});
  EXPECT_EQ(verdict(revoked), Verdict::revoked);
  EXPECT_THAT(keys_.take_uses(), ::testing::IsEmpty());
}

/// Sanitizers hold what this is about: no snapshot ends while a core reads it.
TEST_F(KeysTest, AreReadWhileTheyAreReplaced) {
  const Made made = make();
  keys_.replace({made.key});
  curt::test::CoreThreads home{1};
  curt::net::io_context core;
  auto work = curt::net::make_work_guard(core);
  keys_.read_on({core.get_executor()}, home.executors().front());
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> judged{0};
  const std::function<void()> judge = [&] {
    EXPECT_EQ(verdict(made), Verdict::good);
    ++judged;
    if (!stop) curt::net::post(core, judge);
  };
  curt::net::post(core, judge);
  std::thread thread{[&core] { core.run(); }};
  for (int i = 0; i < 200 || judged < 200; ++i) {
    keys_.replace({made.key, make().key});
    keys_.merge({make().key});
  }
  stop = true;
  work.reset();
  thread.join();
}

}  // namespace
