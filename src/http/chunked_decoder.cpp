#include "curt/http/chunked_decoder.hpp"

#include <algorithm>

#include "curt/http/limits.hpp"

namespace curt::http {
namespace {

/// No size has more digits, however many of them are leading zeros.
constexpr unsigned kMaxDigits = 16;

bool is_white(char c) noexcept { return c == ' ' || c == '\t'; }

/// A byte of a token (RFC 9110, section 5.6.2).
bool is_token(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         (c != '\0' && std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos);
}

/// A byte that a header's value or a quoted string may hold: no control byte but the tab.
bool is_text(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}

/// The value of a hexadecimal digit, or 16.
unsigned hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  return 16;
}

}  // namespace

ChunkedDecoder::Status ChunkedDecoder::go(State next) noexcept {
  state_ = next;
  return next == State::complete ? Status::complete : Status::need_more;
}

ChunkedDecoder::Status ChunkedDecoder::take(std::string_view input, std::string& body) {
  consumed_ = 0;
  while (consumed_ < input.size()) {
    if (state_ == State::data) {
      const std::string_view data = input.substr(consumed_, size_);
      body.append(data);
      consumed_ += data.size();
      size_ -= data.size();
      if (size_ == 0) state_ = State::data_return;
      continue;
    }
    const Status status = take_framing(input[consumed_++]);
    if (status != Status::need_more) return status;
  }
  return Status::need_more;
}

ChunkedDecoder::Status ChunkedDecoder::take_framing(char c) {
  switch (state_) {
    case State::first_digit:
    case State::size:
      return take_size(c);
    case State::header_feed:
      return c == '\n' ? end_header() : Status::malformed;
    case State::data_return:
      return c == '\r' ? go(State::data_feed) : Status::malformed;
    case State::data_feed:
      return c == '\n' ? go(State::first_digit) : Status::malformed;
    case State::trailer_feed:
      return c == '\n' ? go(State::trailer_begin) : Status::malformed;
    case State::last_feed:
      return c == '\n' ? go(State::complete) : Status::malformed;
    case State::trailer_begin:
      if (c == '\r') return go(State::last_feed);
      [[fallthrough]];
    case State::trailer_name:
    case State::trailer_value:
      if (++extras_ > kMaxHead) return Status::extras_too_large;
      return take_trailer(c);
    default:
      if (++extras_ > kMaxHead) return Status::extras_too_large;
      return take_extension(c);
  }
}

ChunkedDecoder::Status ChunkedDecoder::take_size(char c) {
  const unsigned digit = hex_value(c);
  if (digit < 16) {
    digits_ = state_ == State::first_digit ? 1 : digits_ + 1;
    if (digits_ > kMaxDigits) return Status::malformed;
    size_ = size_ * 16 + digit;
    return size_ > kMaxBody - announced_ ? Status::body_too_large : go(State::size);
  }
  if (state_ == State::first_digit) return Status::malformed;
  state_ = State::after_size;
  return take_extension(c);
}

ChunkedDecoder::Status ChunkedDecoder::end_header() {
  announced_ += size_;
  return go(size_ == 0 ? State::trailer_begin : State::data);
}

// chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ); white space before the line's
// end is forgiven, as others do: some pad their sizes with it.
ChunkedDecoder::Status ChunkedDecoder::take_extension(char c) {
  switch (state_) {
    case State::name_begin:
      if (is_token(c)) return go(State::name);
      return is_white(c) ? Status::need_more : Status::malformed;
    case State::name:
      if (is_token(c)) return Status::need_more;
      state_ = State::after_name;
      break;
    case State::value_begin:
      if (is_token(c)) return go(State::value);
      if (c == '"') return go(State::quoted);
      return is_white(c) ? Status::need_more : Status::malformed;
    case State::value:
      if (is_token(c)) return Status::need_more;
      state_ = State::after_size;
      break;
    case State::quoted:
      if (c == '"') return go(State::after_size);
      if (c == '\\') return go(State::quoted_pair);
      return is_text(c) ? Status::need_more : Status::malformed;
    case State::quoted_pair:
      return is_text(c) ? go(State::quoted) : Status::malformed;
    default:
      break;
  }
  if (c == '=' && state_ == State::after_name) return go(State::value_begin);
  if (c == ';') return go(State::name_begin);
  if (c == '\r') return go(State::header_feed);
  return is_white(c) ? Status::need_more : Status::malformed;
}

ChunkedDecoder::Status ChunkedDecoder::take_trailer(char c) {
  if (state_ == State::trailer_value) {
    if (c == '\r') return go(State::trailer_feed);
    return is_text(c) ? Status::need_more : Status::malformed;
  }
  if (is_token(c)) return go(State::trailer_name);
  return c == ':' && state_ == State::trailer_name ? go(State::trailer_value) : Status::malformed;
}

}  // namespace curt::http
