#include "access/key_snapshot.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace {

using curt::KeyId;
using curt::access::Key;
using curt::access::KeySnapshot;
using curt::access::KnownKey;

KeyId id_of(int number) { return KeyId::from_valid(fmt::format("{:012}", number)); }

KeySnapshot snapshot_of(int count) {
  std::vector<KnownKey> keys;
  for (int i = 0; i < count; ++i) {
    Key key;
    key.id = id_of(7 * i % count * 10);  // in another order, with gaps
    keys.emplace_back(key);
  }
  return KeySnapshot{std::move(keys)};
}

TEST(KeySnapshot, FindsEachKeyAndNoOther) {
  for (const int count : {1, 2, 3, 5, 8, 64, 65, 1000}) {
    const KeySnapshot snapshot = snapshot_of(count);
    for (int i = 0; i < count; ++i) {
      const KnownKey* const key = snapshot.find(id_of(i * 10));
      ASSERT_NE(key, nullptr) << count << " " << i;
      EXPECT_EQ(key->id, id_of(i * 10));
      EXPECT_EQ(snapshot.find(id_of(i * 10 + 5)), nullptr);
      EXPECT_NE(snapshot.look_up(id_of(i * 10 + 5)).key, nullptr);
    }
    EXPECT_EQ(snapshot.find(KeyId::from_valid("zzzzzzzzzzzz")), nullptr);
    EXPECT_EQ(snapshot.find(KeyId::from_valid("000000000000")), snapshot.keys().data());
  }
}

TEST(KeySnapshot, TellsIdsApartThatDifferAtTheEndAlone) {
  std::vector<KnownKey> keys;
  for (const char* const id : {"aaaaaaaaaaaa", "aaaaaaaaaaab", "aaaaaaaaaaaB", "aaaaaaaaaaa9"}) {
    Key key;
    key.id = KeyId::from_valid(id);
    keys.emplace_back(key);
  }
  const KeySnapshot snapshot{std::move(keys)};
  for (const char* const id : {"aaaaaaaaaaaa", "aaaaaaaaaaab", "aaaaaaaaaaaB", "aaaaaaaaaaa9"}) {
    ASSERT_NE(snapshot.find(KeyId::from_valid(id)), nullptr) << id;
    EXPECT_EQ(snapshot.find(KeyId::from_valid(id))->id.view(), id);
  }
  EXPECT_EQ(snapshot.find(KeyId::from_valid("aaaaaaaaaaac")), nullptr);
}

TEST(KeySnapshot, MayBeEmpty) {
  const KeySnapshot snapshot{{}};
  EXPECT_EQ(snapshot.look_up(id_of(1)).key, nullptr);
  EXPECT_EQ(snapshot.find(id_of(1)), nullptr);
}

}  // namespace
