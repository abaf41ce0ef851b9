#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "support/run_awaitable.hpp"
#include "support/store/key_store_contract.hpp"

namespace curt::test {
namespace {

using namespace std::chrono_literals;
using access::Key;
using access::KeyChanges;
using access::KeyCursor;
using access::Rotation;
using access::Scope;
using testing::ElementsAre;
using testing::IsEmpty;

Key key_with_everything() {
  Key key = new_key(7);
  key.name = "Größe \"50 %\" \\ 🌻";
  key.scopes = Scope::links_write;
  key.scopes |= Scope::metrics_read;
  key.own = true;
  for (std::size_t i = 0; i < key.secret.size(); ++i) key.secret[i] = static_cast<unsigned char>(i * 37);
  key.previous = hash_of_bytes(0);
  key.previous_until = kNow + 24h;
  key.expires_at = kLatestTimestamp;
  key.rotated_at = kNow;
  key.last_used_at = kNow - 1h;
  return key;
}

Rotation rotation_to(unsigned char byte, Timestamp now = kLater) {
  return {.secret = hash_of_bytes(byte), .now = now, .previous_until = now + 24h};
}

TEST_P(KeyStoreContract, AKeyIsGivenBackFoundListedAndReadAsItWasAdded) {
  Key wanted = key_with_everything();
  wanted.change = 99;
  const auto added = add(wanted);
  ASSERT_TRUE(added);
  wanted.change = 1;
  EXPECT_EQ(*added, wanted) << "its number is the store's";
  reopen();
  EXPECT_EQ(find_key(wanted.id).value(), wanted);
  EXPECT_THAT(list_keys(std::nullopt, 10), ElementsAre(wanted));
  EXPECT_THAT(changes().keys, ElementsAre(wanted));
}

TEST_P(KeyStoreContract, AnEmptyStoreHasNoKeysAndNoChanges) {
  EXPECT_EQ(changes().change, 0);
  EXPECT_THAT(changes().keys, IsEmpty());
  EXPECT_THAT(changes(0).keys, IsEmpty());
  EXPECT_THAT(list_keys(std::nullopt, 10), IsEmpty());
}

TEST_P(KeyStoreContract, AKeyThatIsNotThereIsNotFound) {
  EXPECT_EQ(error_of(find_key(key_id(1))), ErrorCode::not_found);
  EXPECT_EQ(error_of(revoke(key_id(1))), ErrorCode::not_found);
  EXPECT_EQ(error_of(rotate(key_id(1), rotation_to(2))), ErrorCode::not_found);
  note_used({{key_id(1), kNow}});
  EXPECT_EQ(changes().change, 0) << "nothing was changed";
  EXPECT_THAT(find_key(key_id(1)).error().detail, testing::HasSubstr(std::string{key_id(1).view()}));
}

TEST_P(KeyStoreContract, AnIdNeverComesBack) {
  ASSERT_TRUE(add(new_key(1)));
  Key other = new_key(1);
  other.name = "another";
  EXPECT_FALSE(add(other));
  EXPECT_EQ(find_key(key_id(1)).value().name, "key 1");
  ASSERT_TRUE(revoke(key_id(1)));
  EXPECT_FALSE(add(other)) << "revoked ones stay";
  EXPECT_TRUE(find_key(key_id(1)).value().revoked_at.has_value());
  EXPECT_EQ(changes().change, 2) << "what was refused is no change";
}

TEST_P(KeyStoreContract, ARevokedKeyIsRevokedOnce) {
  ASSERT_TRUE(add(new_key(1)));
  const Key revoked = revoke(key_id(1), kLater).value();
  EXPECT_EQ(revoked.revoked_at, kLater);
  EXPECT_EQ(revoked.change, 2);
  EXPECT_EQ(revoke(key_id(1), kLater + 1h).value(), revoked);
  EXPECT_EQ(changes().change, 2);
}

TEST_P(KeyStoreContract, ARotatedKeyKeepsItsIdAndTheSecretBefore) {
  Key key = new_key(1);
  key.own = true;
  ASSERT_TRUE(add(key));
  note_used({{key.id, kNow}});
  const Key once = rotate(key.id, rotation_to(50)).value();
  key.secret = hash_of_bytes(50);
  key.previous = hash_of_bytes(1);
  key.previous_until = kLater + 24h;
  key.rotated_at = kLater;
  key.last_used_at = kNow;
  key.change = 2;
  EXPECT_EQ(once, key);
  EXPECT_EQ(find_key(key.id).value(), key);
  const Key twice = rotate(key.id, rotation_to(60, kLater + 24h)).value();
  EXPECT_EQ(twice.secret, hash_of_bytes(60));
  EXPECT_EQ(twice.previous, hash_of_bytes(50));
  EXPECT_EQ(twice.change, 3);
}

TEST_P(KeyStoreContract, AKeyThatIsOfNoUseAnyMoreIsNotRotated) {
  Key expiring = new_key(1);
  expiring.expires_at = kLater;
  ASSERT_TRUE(add(expiring));
  ASSERT_TRUE(add(new_key(2)));
  ASSERT_TRUE(revoke(key_id(2)));
  EXPECT_EQ(error_of(rotate(key_id(1), rotation_to(9, kLater))), ErrorCode::expired);
  EXPECT_EQ(error_of(rotate(key_id(2), rotation_to(9))), ErrorCode::deleted);
  EXPECT_EQ(changes().change, 3);
  EXPECT_EQ(find_key(key_id(1)).value().secret, hash_of_bytes(1));
  EXPECT_TRUE(rotate(key_id(1), rotation_to(9, kLater - 1ms)));
}

TEST_P(KeyStoreContract, AKeyHasTwoGoodSecretsAtMost) {
  ASSERT_TRUE(add(new_key(1)));
  ASSERT_TRUE(rotate(key_id(1), rotation_to(50)));
  EXPECT_EQ(error_of(rotate(key_id(1), rotation_to(60, kLater + 24h - 1ms))), ErrorCode::not_yet);
  EXPECT_EQ(find_key(key_id(1)).value().previous, hash_of_bytes(1));
  EXPECT_EQ(changes().change, 2);
  const Rotation at_once{.secret = hash_of_bytes(70), .now = kLater + 1h, .previous_until = kLater + 1h};
  EXPECT_EQ(rotate(key_id(1), at_once).value().secret, hash_of_bytes(70)) << "which ends both";
  EXPECT_TRUE(rotate(key_id(1), rotation_to(80, kLater + 1h)));
}

TEST_P(KeyStoreContract, ALookHasWhatWasChangedSince) {
  for (int i = 1; i <= 4; ++i) ASSERT_TRUE(add(new_key(i)));
  EXPECT_THAT(numbers_of(changes().keys), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(numbers_of(changes(2).keys), ElementsAre(3, 4));
  ASSERT_TRUE(revoke(key_id(1)));
  ASSERT_TRUE(rotate(key_id(3), rotation_to(9)));
  const KeyChanges since = changes(4);
  EXPECT_EQ(since.change, 6);
  EXPECT_THAT(numbers_of(since.keys), ElementsAre(1, 3));
  EXPECT_THAT(changes(6).keys, IsEmpty());
  EXPECT_EQ(changes(6).change, 6);
  EXPECT_EQ(changes(1000).change, 6) << "whoever saw more saw another database";
  EXPECT_EQ(changes().keys.size(), 4U);
}

TEST_P(KeyStoreContract, KeysAreListedPageByPageInTheOrderOfTheirMaking) {
  for (const int i : {3, 1, 4, 2, 5}) {
    Key key = new_key(i);
    key.created_at = i == 5 ? kNow - 1h : kNow;
    ASSERT_TRUE(add(key));
  }
  ASSERT_TRUE(revoke(key_id(3)));
  const auto first = list_keys(std::nullopt, 2);
  EXPECT_THAT(numbers_of(first), ElementsAre(5, 1));
  const auto second = list_keys(KeyCursor{first.back().created_at, first.back().id}, 2);
  EXPECT_THAT(numbers_of(second), ElementsAre(2, 3));
  const auto third = list_keys(KeyCursor{second.back().created_at, second.back().id}, 2);
  EXPECT_THAT(numbers_of(third), ElementsAre(4));
}

TEST_P(KeyStoreContract, AUseIsNotedAtMostOnceAMinuteAndNeverBackwards) {
  for (int i = 1; i <= 2; ++i) ASSERT_TRUE(add(new_key(i)));
  note_used({});
  EXPECT_EQ(last_used(key_id(1)), std::nullopt);
  note_used({{key_id(1), kNow}});
  EXPECT_EQ(last_used(key_id(1)), kNow);
  EXPECT_EQ(last_used(key_id(2)), std::nullopt);
  note_used({{key_id(1), kNow + 1min - 1ms}, {key_id(2), kNow + 1min - 1ms}});
  EXPECT_EQ(last_used(key_id(1)), kNow);
  EXPECT_EQ(last_used(key_id(2)), kNow + 1min - 1ms);
  note_used({{key_id(1), kNow - 1h}});
  EXPECT_EQ(last_used(key_id(1)), kNow);
  note_used({{key_id(1), kNow + 2min}, {key_id(1), kNow + 3min}, {key_id(1), kNow + 1min}});
  EXPECT_EQ(last_used(key_id(1)), kNow + 3min) << "the last of several";
  EXPECT_EQ(changes().change, 2) << "no change of a key";
  EXPECT_THAT(changes(2).keys, IsEmpty());
}

TEST_P(KeyStoreContract, NotingUsesIsOneStatementWhateverTheirNumber) {
  std::vector<access::KeyUse> uses;
  for (int i = 1; i <= 20; ++i) {
    ASSERT_TRUE(add(new_key(i)));
    uses.push_back({key_id(i), kNow});
  }
  Call call{Deadline::in(1min)};
  ASSERT_TRUE(run(store().keys().note_used(call, uses)));
  EXPECT_EQ(call.statements, 1U);
  Call look{Deadline::in(1min)};
  EXPECT_EQ(run(store().keys().changes(look, std::nullopt)).value().keys.size(), 20U);
  EXPECT_EQ(look.statements, 1U);
}

TEST_P(KeyStoreContract, WhoPollsMissesNoChangeOfThoseThatAreMadeAtOnce) {
  constexpr int kWriters = 4;
  constexpr int kEach = 25;
  std::atomic<int> writing = kWriters;
  std::map<KeyId, Key> seen;
  std::vector<std::vector<std::int64_t>> numbers(kWriters);
  on_threads(kWriters + 1, [&](std::size_t thread) {
    if (thread == kWriters) {
      std::int64_t since = 0;
      for (bool last = false; !last;) {
        last = writing == 0;
        const KeyChanges look = changes(since);
        EXPECT_GE(look.change, since);
        for (const Key& key : look.keys) {
          EXPECT_GT(key.change, since);
          EXPECT_LE(key.change, look.change);
          seen[key.id] = key;
        }
        since = look.change;
      }
      return;
    }
    for (int i = 0; i < kEach; ++i) {
      const int number = static_cast<int>(thread) * 100 + i;
      numbers[thread].push_back(add(new_key(number)).value().change);
      if (i % 2 == 0) numbers[thread].push_back(revoke(key_id(number)).value().change);
      if (i % 2 == 1) numbers[thread].push_back(rotate(key_id(number), rotation_to(200)).value().change);
      note_used({{key_id(number), kNow}, {key_id(number - 1), kNow + 2min}, {key_id(0), kNow + 4min}});
    }
    --writing;
  });
  std::set<std::int64_t> all;
  for (const auto& of_thread : numbers) {
    EXPECT_TRUE(std::is_sorted(of_thread.begin(), of_thread.end()));
    all.insert(of_thread.begin(), of_thread.end());
  }
  EXPECT_EQ(all.size(), std::size_t{kWriters * kEach * 2}) << "a number is of one change";
  EXPECT_EQ(changes().change, *all.rbegin());
  EXPECT_EQ(seen.size(), std::size_t{kWriters * kEach});
  for (const Key& key : changes().keys) {
    EXPECT_EQ(seen[key.id].change, key.change) << "the last state of each was seen";
    EXPECT_EQ(seen[key.id].revoked_at, key.revoked_at);
  }
}

TEST_P(KeyStoreContract, OfSeveralWhoAddOneIdAtOnceOneDoes) {
  std::atomic<int> added = 0;
  on_threads(4, [&](std::size_t thread) {
    Key key = new_key(1);
    key.name = std::to_string(thread);
    if (add(key)) ++added;
  });
  EXPECT_EQ(added, 1);
  EXPECT_EQ(changes().change, 1);
}

}  // namespace
}  // namespace curt::test
