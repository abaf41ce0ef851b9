#include <chrono>
#include <string>

#include <gmock/gmock.h>

#include "support/store/key_store_contract.hpp"
#include "support/store/other_client.hpp"
#include "support/store/postgres_store.hpp"

namespace curt::test {
namespace {

using access::Key;
using testing::ElementsAre;
using testing::IsEmpty;

class PostgresKeys : public PostgresStoreTest {
 protected:
  result<access::KeyChanges> look(std::optional<std::int64_t> since = std::nullopt) {
    Call call = call_within();
    return run(store_->keys().changes(call, since));
  }
  result<std::optional<Key>> add(int number, std::chrono::milliseconds time = patience()) {
    Call call = call_within(time);
    return run(store_->keys().add(call, new_key(number)));
  }

  Store store_ = open(1);
};

TEST_F(PostgresKeys, ALookWaitsForNoChangeAndNoOtherCall) {
  ASSERT_TRUE(add(1));
  OtherClient other{options_.url, "UPDATE access_key_changes SET change = 2"};
  EXPECT_EQ(error_of(add(2, std::chrono::milliseconds{200})), ErrorCode::deadline_exceeded);
  const auto meanwhile = look().value();
  EXPECT_EQ(meanwhile.change, 1);
  EXPECT_THAT(numbers_of(meanwhile.keys), ElementsAre(1));
}

TEST_F(PostgresKeys, AChangeThatIsNotCommittedHoldsBackThoseThatComeAfterIt) {
  ASSERT_TRUE(add(1));
  OtherClient slow{options_.url,
                   "UPDATE access_key_changes SET change = 2;"
                   "UPDATE access_keys SET revoked_at = 5, change = 2"};
  EXPECT_EQ(error_of(add(2, std::chrono::milliseconds{200})), ErrorCode::deadline_exceeded);
  EXPECT_THAT(look(1)->keys, IsEmpty());
  slow.commit();
  ASSERT_TRUE(add(3));
  const auto after = look(1).value();
  EXPECT_EQ(after.change, 3);
  EXPECT_THAT(numbers_of(after.keys), ElementsAre(1, 3)) << "none was passed over";
}

TEST_F(PostgresKeys, NotingUsesWaitsForNoChangeOfOtherKeys) {
  ASSERT_TRUE(add(1));
  ASSERT_TRUE(add(2));
  const OtherClient other{options_.url,
                          "UPDATE access_key_changes SET change = 3;"
                          "UPDATE access_keys SET revoked_at = 5 WHERE id = '" +
                              std::string{key_id(2).view()} + "'"};
  Call call = call_within();
  ASSERT_TRUE(run(store_->keys().note_used(call, {{key_id(1), kNow}})));
  EXPECT_EQ(ask("SELECT last_used_at FROM access_keys WHERE change = 1"),
            std::to_string(kNow.time_since_epoch().count()));
}

TEST_F(PostgresKeys, ASecretIsKeptAsTheBytesOfItsHash) {
  ASSERT_TRUE(add(10));
  EXPECT_EQ(ask("SELECT encode(secret_hash, 'hex') FROM access_keys"), [] {
    std::string text;
    for (int i = 0; i < 32; ++i) text += "0a";
    return text;
  }());
}

}  // namespace
}  // namespace curt::test
