#include "cache/redis/links/link_scripts.hpp"

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "support/cache/read_replies.hpp"
#include "support/store/link_store_contract.hpp"

namespace curt::cache {
namespace {

using std::chrono::milliseconds;
using test::code_of;
using testing::ElementsAre;
using testing::HasSubstr;

/// A command's words; one is encoded as a list of texts is.
std::vector<std::string> words_of(const RedisCommand& command) {
  const test::ReadReplies read = test::read_replies(command.bytes, command.bytes.size());
  EXPECT_EQ(read.replies.size(), 1U);
  std::vector<std::string> words;
  for (const RedisReply& word : read.replies.at(0).list) words.push_back(word.text);
  return words;
}

std::vector<LinkPut> two_links() {
  return {{code_of("abc"), 3, "value 1", milliseconds{5'000}},
          {code_of("abd"), 12, "value 2", milliseconds{7'000}}};
}

TEST(LinkScripts, SetManyLinksAndTellOfEach) {
  const std::vector<LinkPut> links = two_links();
  const RedisCommand command = put_command(RedisVerb::evalsha, links, Publish::first);
  EXPECT_EQ(command.verb, RedisVerb::evalsha);
  std::vector<std::string> words = words_of(command);
  ASSERT_GT(words.size(), 2U);
  EXPECT_EQ(words[1].size(), 40U) << "the script's name";
  words.erase(words.begin() + 1);
  EXPECT_THAT(words, ElementsAre("evalsha", "2", "curt:l:abc", "curt:l:abd", "curt:invalidate", "first", "3",
                                 "value 1", "5000", "abc 3", "12", "value 2", "7000", "abd 12"));
}

TEST(LinkScripts, TellOfLinksOnceTheyAreSet) {
  const std::vector<LinkPut> links = two_links();
  const std::vector<std::string> words =
      words_of(put_command(RedisVerb::evalsha, std::span{links}.first(1), Publish::once_set));
  ASSERT_EQ(words.size(), 10U);
  EXPECT_EQ(words[5], "once_set");
  EXPECT_EQ(words[9], "abc 3");
}

TEST(LinkScripts, SetLinksAndTellNobody) {
  const std::vector<LinkPut> links = two_links();
  std::vector<std::string> words = words_of(put_command(RedisVerb::eval, links, Publish::nothing));
  ASSERT_GT(words.size(), 2U);
  EXPECT_THAT(words[1], HasSubstr("redis.call('SET'")) << "the script's text";
  words.erase(words.begin() + 1);
  EXPECT_THAT(words, ElementsAre("eval", "2", "curt:l:abc", "curt:l:abd", "curt:invalidate", "", "3",
                                 "value 1", "5000", "", "12", "value 2", "7000", ""));
}

TEST(LinkScripts, ForgetKeysForATime) {
  const std::vector<std::string> keys{"curt:l:abc", "curt:l:abd"};
  std::vector<std::string> words = words_of(forget_command(RedisVerb::evalsha, keys, milliseconds{60'000}));
  ASSERT_GT(words.size(), 2U);
  words.erase(words.begin() + 1);
  EXPECT_THAT(words, ElementsAre("evalsha", "2", "curt:l:abc", "curt:l:abd", "60000", " 0 0 x - - -"));
}

TEST(LinkScripts, AMessageIsTheCodeAndTheVersion) {
  EXPECT_EQ(make_message(code_of("abc"), 9'223'372'036'854'775'807), "abc 9223372036854775807");
  EXPECT_EQ(make_message(code_of("abc"), 0), "abc 0");
}

}  // namespace
}  // namespace curt::cache
