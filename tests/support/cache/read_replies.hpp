#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "curt/cache/redis/protocol/redis_reply.hpp"

namespace curt::test {

/// What a reader made of a server's bytes.
struct ReadReplies {
  std::vector<cache::RedisReply> replies;
  bool failed = false;
};

/// Feeds the bytes in pieces of this size, reading all that is complete after each.
inline ReadReplies read_replies(std::string_view bytes, std::size_t piece) {
  cache::RedisReplyReader reader;
  ReadReplies all;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(bytes.substr(at, piece));
    while (auto reply = reader.next()) all.replies.push_back(std::move(*reply));
  }
  all.failed = reader.failed();
  return all;
}

}  // namespace curt::test
