#include "curt/cache/redis/protocol/redis_reply.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/cache/redis/protocol/redis_command.hpp"

#include "support/cache/read_replies.hpp"

namespace curt::cache {
namespace {

using Kind = RedisReply::Kind;
using std::string_literals::operator""s;

RedisReply first(std::string_view bytes) {
  test::ReadReplies all = test::read_replies(bytes, bytes.size());
  EXPECT_EQ(all.replies.size(), 1U);
  return all.replies.empty() ? RedisReply{} : all.replies.front();
}

TEST(RedisReply, TellsEveryKind) {
  EXPECT_EQ(first("+OK\r\n"), (RedisReply{Kind::status, "OK", 0, {}}));
  EXPECT_EQ(first("-ERR no\r\n"), (RedisReply{Kind::error, "ERR no", 0, {}}));
  EXPECT_EQ(first(":-42\r\n"), (RedisReply{Kind::integer, "", -42, {}}));
  EXPECT_EQ(first("$5\r\na\r\n\0b\r\n"s), (RedisReply{Kind::text, "a\r\n\0b"s, 0, {}}));
  EXPECT_EQ(first("$0\r\n\r\n"), (RedisReply{Kind::text, "", 0, {}}));
  EXPECT_EQ(first("$-1\r\n"), RedisReply{});
  EXPECT_EQ(first("*-1\r\n"), RedisReply{});
  EXPECT_EQ(first("*0\r\n"), (RedisReply{Kind::list, "", 0, {}}));
}

TEST(RedisReply, KeepsListsInLists) {
  const RedisReply reply = first("*3\r\n:1\r\n*2\r\n+a\r\n$-1\r\n*1\r\n*1\r\n:2\r\n");
  ASSERT_EQ(reply.kind, Kind::list);
  ASSERT_EQ(reply.list.size(), 3U);
  EXPECT_EQ(reply.list[0].integer, 1);
  ASSERT_EQ(reply.list[1].list.size(), 2U);
  EXPECT_EQ(reply.list[1].list[0].text, "a");
  EXPECT_EQ(reply.list[1].list[1].kind, Kind::nothing);
  EXPECT_EQ(reply.list[2].list.at(0).list.at(0).integer, 2);
}

TEST(RedisReply, KnowsAnErrorByItsFirstWord) {
  EXPECT_TRUE(first("-NOSCRIPT No matching script\r\n").is_error("NOSCRIPT"));
  EXPECT_FALSE(first("-ERR x\r\n").is_error("NOSCRIPT"));
  EXPECT_FALSE(first("+NOSCRIPT\r\n").is_error("NOSCRIPT"));
}

TEST(RedisReplyReader, NeedsTheWholeReply) {
  const std::string bytes = "*2\r\n$3\r\nabc\r\n:7\r\n";
  RedisReplyReader reader;
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    reader.feed(bytes.substr(i, 1));
    ASSERT_FALSE(reader.next()) << i;
  }
  reader.feed("\n");
  ASSERT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.failed());
}

TEST(RedisReplyReader, ReadsTheSameHoweverTheBytesAreCut) {
  std::string bytes;
  for (int i = 0; i < 50; ++i) {
    bytes += fmt::format("+OK\r\n:{}\r\n${}\r\n{}\r\n*2\r\n$-1\r\n*1\r\n-ERR {}\r\n", i, i,
                         std::string(i, 'x'), i);
  }
  const test::ReadReplies whole = test::read_replies(bytes, bytes.size());
  EXPECT_EQ(whole.replies.size(), 200U);
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 64U, 1000U}) {
    const test::ReadReplies cut = test::read_replies(bytes, piece);
    EXPECT_EQ(cut.replies, whole.replies) << piece;
    EXPECT_FALSE(cut.failed);
  }
}

TEST(RedisReplyReader, GivesUpOnWhatIsNoReply) {
  for (const std::string_view bytes :
       {"HTTP/1.1 400 Bad Request\r\n\r\n", "\r\n", "$-7\r\n", "$99999999999999999999\r\n", "*-2\r\n",
        ":12a\r\n", "*1\r\nx\r\n", "$1x\r\na\r\n", "%1\r\n+a\r\n+b\r\n", ">1\r\n+a\r\n", ",1.5\r\n",
        "#t\r\n"}) {
    for (const std::size_t piece : {bytes.size(), std::size_t{1}}) {
      const test::ReadReplies all = test::read_replies(bytes, piece);
      EXPECT_TRUE(all.failed) << bytes;
      EXPECT_TRUE(all.replies.empty()) << bytes;
    }
  }
}

TEST(RedisReplyReader, StaysFailed) {
  RedisReplyReader reader;
  reader.feed("+OK\r\n!?\r\n");
  EXPECT_TRUE(reader.next()) << "what came before is still good";
  EXPECT_FALSE(reader.next());
  reader.feed("+OK\r\n");
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.failed());
}

TEST(RedisReplyReader, RefusesAReplyBeyondItsLimits) {
  const std::string large(RedisReplyReader::kMaxBytes, 'x');
  EXPECT_TRUE(test::read_replies(fmt::format("${}\r\n{}\r\n", large.size(), large), 16'384).failed);
  EXPECT_TRUE(
      test::read_replies(fmt::format("${}\r\n{}\r\n", large.size(), large), large.size() + 100).failed);
  EXPECT_TRUE(test::read_replies("+" + large, 16'384).failed) << "a line that does not end";
  EXPECT_TRUE(test::read_replies(fmt::format("*{}\r\n", RedisReplyReader::kMaxElements + 1), 100).failed);
  EXPECT_TRUE(test::read_replies("*4294967295\r\n", 100).failed);
  EXPECT_TRUE(test::read_replies("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", 100).failed);

  const std::string fits(RedisReplyReader::kMaxBytes - 100, 'x');
  const test::ReadReplies all =
      test::read_replies(fmt::format("${0}\r\n{1}\r\n${0}\r\n{1}\r\n", fits.size(), fits), 16'384);
  EXPECT_EQ(all.replies.size(), 2U) << "the limit is for one reply, not for all";
  EXPECT_EQ(test::read_replies("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", 100).replies.size(), 1U);
}

TEST(RedisReplyReader, TakesLongerRepliesWhereItIsToldTo) {
  const std::string long_text(RedisReplyReader::kMaxBytes, 'x');
  RedisReplyReader reader{2 * RedisReplyReader::kMaxBytes};
  reader.feed(fmt::format("${}\r\n{}\r\n", long_text.size(), long_text));
  const auto reply = reader.next();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->text, long_text);
  reader.feed("+" + long_text + long_text);
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.failed());
}

TEST(RedisCommand, KeepsEveryByteOfItsWords) {
  const RedisCommand command = make_command(RedisVerb::get, {"GET", "a \r\n%s\0b"s, ""});
  EXPECT_EQ(command.bytes, "*3\r\n$3\r\nGET\r\n$8\r\na \r\n%s\0b\r\n$0\r\n\r\n"s);
  EXPECT_EQ(command.verb, RedisVerb::get);
}

}  // namespace
}  // namespace curt::cache
