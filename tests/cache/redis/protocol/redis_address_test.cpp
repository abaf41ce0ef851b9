#include "curt/cache/redis/protocol/redis_address.hpp"

#include <string_view>
#include <utility>

#include <gmock/gmock.h>

namespace curt::cache {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RedisUrl, FillsInWhatIsLeftOut) {
  const auto address = parse_redis_url("redis://cache.example");
  ASSERT_TRUE(address);
  EXPECT_EQ(*address, (RedisAddress{"cache.example", 6379, "", false, "", "", 0}));
}

TEST(RedisUrl, TakesEveryPart) {
  EXPECT_EQ(*parse_redis_url("redis://curt:secret@10.0.0.7:6380/3"),
            (RedisAddress{"10.0.0.7", 6380, "", false, "curt", "secret", 3}));
  EXPECT_EQ(*parse_redis_url("rediss://:p%40ss%2Fw%3Ard@[::1]:7000/"),
            (RedisAddress{"::1", 7000, "", true, "", "p@ss/w:rd", 0}));
  EXPECT_EQ(*parse_redis_url("unix:///run/redis/redis.sock?db=2"),
            (RedisAddress{"127.0.0.1", 6379, "/run/redis/redis.sock", false, "", "", 2}));
  EXPECT_EQ(*parse_redis_url("unix:/run/redis%20x.sock"),
            (RedisAddress{"127.0.0.1", 6379, "/run/redis x.sock", false, "", "", 0}));
}

TEST(RedisUrl, SaysWhatIsWrongWithoutThePassword) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "must look like"},
      {"localhost:6379", "scheme"},
      {"http://:hunter2@host", "scheme"},
      {"redis://:hunter2@", "host"},
      {"redis://:hunter2@host:0", "port"},
      {"redis://:hunter2@host:99999", "port"},
      {"redis://:hunter2@host:hunter2", ""},
      {"redis://:hunter2@host/x", "database"},
      {"redis://:hunter2@host/-1", "database"},
      {"redis://:hunter2@host/65536", "database"},
      {"redis://:hunter2@host/1/2", "database"},
      {"redis://:hunter2@host/?db=1", "behind the number"},
      {"redis://:hunter2@host/0#x", "#"},
      {"redis://:hunter2@host@host/0", "must look like"},
      {"redis://user@host", "password"},
      {"redis://:hunter2 @host", "must look like"},
      {"unix:relative", "whole path"},
      {"unix://host/run/redis.sock", "whole path"},
      {"unix:/run/redis.sock?password=hunter2", "?db="},
      {"unix:/run/redis.sock?db=x", "?db="},
  };
  for (const auto& [text, part] : cases) {
    const auto address = parse_redis_url(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ErrorCode::invalid_value);
    EXPECT_EQ(address.error().fields.at(0).field, "redis_url");
    EXPECT_THAT(address.error().detail, HasSubstr(std::string{part})) << text;
    EXPECT_THAT(address.error().detail, Not(HasSubstr("hunter2"))) << text;
  }
}

TEST(RedisUrl, IsShownWithoutUserAndPassword) {
  EXPECT_EQ(to_string(*parse_redis_url("rediss://curt:secret@[::1]:7000/4")), "rediss://[::1]:7000/4");
  EXPECT_EQ(to_string(*parse_redis_url("redis://:secret@host")), "redis://host:6379/0");
  EXPECT_EQ(to_string(*parse_redis_url("unix:/run/redis.sock")), "unix:///run/redis.sock?db=0");
}

}  // namespace
}  // namespace curt::cache
