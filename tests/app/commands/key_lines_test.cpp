#include "app/commands/key_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/keys/key_json.hpp"

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr Timestamp kNow{1'795'333'780'000ms};

access::Key key() {
  access::Key key;
  key.id = KeyId::from_valid("Ab3dEf6hIj9l");
  key.name = "a \"key\" of Zoë";
  key.scopes = access::Scope::links_read;
  key.scopes |= access::Scope::stats_read;
  key.own = true;
  key.created_at = kNow;
  key.expires_at = kNow + 1h;
  return key;
}

TEST(KeyLines, SayTheSameInJsonAsTheApi) {
  access::Key full = key();
  EXPECT_EQ(to_json_line(full), api::to_json(full));
  full.rotated_at = full.previous_until = full.revoked_at = full.last_used_at = kNow + 5ms;
  full.expires_at.reset();
  EXPECT_EQ(to_json_line(full), api::to_json(full));
}

TEST(KeyLines, TellTheStateOfAKey) {
  access::Key one = key();
  EXPECT_THAT(table_of_keys({one}, kNow), HasSubstr("Ab3dEf6hIj9l  good "));
  EXPECT_THAT(table_of_keys({one}, kNow + 1h), HasSubstr("Ab3dEf6hIj9l  expired "));
  one.revoked_at = kNow;
  EXPECT_THAT(table_of_keys({one}, kNow), HasSubstr("Ab3dEf6hIj9l  revoked "));
}

TEST(KeyLines, TellWhatAKeyMayDo) {
  access::Key one = key();
  EXPECT_EQ(rights_of(one), "links:read stats:read, its own links only, until " + to_rfc3339(kNow + 1h));
  one.own = false;
  one.expires_at.reset();
  EXPECT_EQ(rights_of(one), "links:read stats:read");
}

}  // namespace
}  // namespace curt::app
