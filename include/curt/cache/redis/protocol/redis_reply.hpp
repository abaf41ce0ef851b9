#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;

namespace curt::cache {

/// What a server answered to one command (RESP2,
/// https://redis.io/docs/latest/develop/reference/protocol-spec).
struct RedisReply {
  enum class Kind : std::uint8_t {
    nothing,  ///< nil: there is no such key
    text,
    status,  ///< such as OK
    error,   ///< the server refused: a word in capitals and a reason
    integer,
    list,
  };

  Kind kind = Kind::nothing;
  std::string text;          ///< of text, status and error
  std::int64_t integer = 0;  ///< of integer
  std::vector<RedisReply> list;

  /// Whether it is an error that begins with this word, such as NOSCRIPT.
  [[nodiscard]] bool is_error(std::string_view word) const noexcept {
    return kind == Kind::error && text.starts_with(word);
  }

  friend bool operator==(const RedisReply&, const RedisReply&) = default;
};

/// Makes replies of a server's bytes, however they are cut into pieces. Without sockets; for one thread. A
/// server that sends something else than RESP2, or a reply beyond the limits, has failed for good.
class RedisReplyReader {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;  ///< of one reply, as it is sent, unless
                                                                   ///< told otherwise
  static constexpr std::size_t kMaxElements = 16'384;              ///< of one list
  static constexpr std::size_t kMaxDepth = 5;  ///< of lists in lists, as XREADGROUP answers

  explicit RedisReplyReader(std::size_t max_bytes = kMaxBytes);
  ~RedisReplyReader();
  RedisReplyReader(RedisReplyReader&&) noexcept;
  RedisReplyReader& operator=(RedisReplyReader&&) noexcept;

  /// Takes what the server sent. Nothing is done once the server has failed.
  void feed(std::string_view bytes);

  /// The next reply that is complete; nothing if there is none, or the server has failed.
  [[nodiscard]] std::optional<RedisReply> next();

  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  struct Free {
    void operator()(redisReader* reader) const noexcept;
  };

  std::unique_ptr<redisReader, Free> reader_;
  std::size_t max_bytes_;
  std::size_t fed_ = 0;    ///< bytes, in all
  std::size_t begin_ = 0;  ///< of the reply that is being read, counted like fed_
  bool failed_ = false;
};

}  // namespace curt::cache
