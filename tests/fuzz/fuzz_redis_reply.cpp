// Redis's answers: however the bytes are cut, the same replies come out, and none beyond the limits.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "curt/cache/redis/protocol/redis_reply.hpp"

#include "fuzz/require.hpp"
#include "support/cache/read_replies.hpp"

namespace {

using curt::cache::RedisReply;
using curt::cache::RedisReplyReader;
using curt::fuzz::require;

void check(const RedisReply& reply, std::size_t depth) {
  require(reply.text.size() <= RedisReplyReader::kMaxBytes, "a text within the limit");
  if (reply.kind != RedisReply::Kind::list) {
    require(reply.list.empty(), "elements in lists only");
    return;
  }
  require(depth < RedisReplyReader::kMaxDepth, "lists within the limit");
  require(reply.list.size() <= RedisReplyReader::kMaxElements, "elements within the limit");
  for (const RedisReply& element : reply.list) check(element, depth + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const curt::test::ReadReplies whole = curt::test::read_replies(bytes, std::max<std::size_t>(size, 1));
  for (const RedisReply& reply : whole.replies) check(reply, 0);
  for (const std::size_t piece : {1U, 5U}) {
    const curt::test::ReadReplies cut = curt::test::read_replies(bytes, piece);
    require(cut.replies == whole.replies, "the same replies");
    require(cut.failed == whole.failed, "the same failure");
  }
  return 0;
}
