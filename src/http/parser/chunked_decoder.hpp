#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace curt::http {

/// Takes the framing off a chunked body (RFC 9112, section 7.1) that arrives in pieces. Our own because what
/// Beast's parser says (basic_parser::parse_chunk_header of Boost 1.81) depends on the pieces: it lets a bare
/// LF pass in a quoted extension that comes whole, counts a chunk twice whose header does not, and aborts the
/// process on a last chunk that is cut. Here each byte is judged once, by what came before it. Extensions and
/// trailers are checked and thrown away.
class ChunkedDecoder {
 public:
  enum class Status {
    need_more,
    complete,
    malformed,
    body_too_large,    ///< beyond kMaxBody
    extras_too_large,  ///< extensions and trailers together, beyond kMaxHead
  };

  /// Appends to `body` what `input` holds of it; consumed() is how much of `input` was the body's: all of it
  /// but when it completes the body. Anything else than need_more is the last word, until reset().
  Status take(std::string_view input, std::string& body);

  [[nodiscard]] std::size_t consumed() const noexcept { return consumed_; }

  void reset() noexcept { *this = {}; }

 private:
  /// What the next byte belongs to, in the grammar's words.
  enum class State : std::uint8_t {
    first_digit,
    size,
    item_end,  ///< behind a quoted value; behind a size and a token it is told by what is no part of them
    before_extension,  ///< white space that only an extension may follow
    name_begin,
    name,
    after_name,  ///< white space that only a value or the next extension may follow
    value_begin,
    value,
    quoted,
    quoted_pair,
    header_feed,
    data,
    data_return,
    data_feed,
    trailer_begin,
    trailer_name,
    trailer_value,
    trailer_feed,
    last_feed,
  };

  Status take_framing(char c);
  Status take_size(char c);
  Status take_extension(char c);
  Status take_item_end(char c);
  Status take_trailer(char c);
  Status end_header();
  Status go(State next) noexcept;

  State state_ = State::first_digit;
  Status last_ = Status::need_more;
  unsigned digits_ = 0;        ///< of the size that is being read
  std::size_t size_ = 0;       ///< of this chunk, then what is missing of its data
  std::size_t announced_ = 0;  ///< by all chunks so far
  std::size_t extras_ = 0;     ///< bytes of extensions and trailers so far
  std::size_t consumed_ = 0;
};

}  // namespace curt::http
