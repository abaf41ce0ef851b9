#include "http/parser/chunked_decoder.hpp"

#include "http/limits.hpp"

namespace curt::http {
namespace {

/// Digits of a size, leading zeros included. The RFC has no limit, and nobody sends more than a 64-bit number
/// has.
constexpr unsigned kMaxDigits = 16;

bool is_white(char c) noexcept { return c == ' ' || c == '\t'; }

/// A byte of a token (RFC 9110, section 5.6.2).
bool is_token(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
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
  return Status::need_more;
}

ChunkedDecoder::Status ChunkedDecoder::take(std::string_view input, std::string& body) {
  consumed_ = 0;
  while (last_ == Status::need_more && consumed_ < input.size()) {
    if (state_ != State::data) {
      last_ = take_framing(input[consumed_++]);
      continue;
    }
    const std::string_view data = input.substr(consumed_, size_);
    body.append(data);
    consumed_ += data.size();
    size_ -= data.size();
    if (size_ == 0) state_ = State::data_return;
  }
  return last_;
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
      return c == '\n' ? Status::complete : Status::malformed;
    case State::trailer_begin:
      if (c == '\r') return go(State::last_feed);
      [[fallthrough]];
    case State::trailer_name:
    case State::trailer_value:
      return ++extras_ > kMaxHead ? Status::extras_too_large : take_trailer(c);
    default:
      return ++extras_ > kMaxHead ? Status::extras_too_large : take_extension(c);
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
  return state_ == State::first_digit ? Status::malformed : take_item_end(c);
}

ChunkedDecoder::Status ChunkedDecoder::end_header() {
  announced_ += size_;
  return go(size_ == 0 ? State::trailer_begin : State::data);
}

// chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
ChunkedDecoder::Status ChunkedDecoder::take_extension(char c) {
  const Status unless_white = is_white(c) ? Status::need_more : Status::malformed;
  switch (state_) {
    case State::before_extension:
      return c == ';' ? go(State::name_begin) : unless_white;
    case State::name_begin:
      return is_token(c) ? go(State::name) : unless_white;
    case State::name:
      if (is_token(c)) return Status::need_more;
      if (is_white(c)) return go(State::after_name);
      return c == '=' ? go(State::value_begin) : take_item_end(c);
    case State::after_name:
      if (c == '=') return go(State::value_begin);
      return c == ';' ? go(State::name_begin) : unless_white;
    case State::value_begin:
      if (is_token(c)) return go(State::value);
      return c == '"' ? go(State::quoted) : unless_white;
    case State::value:
      return is_token(c) ? Status::need_more : take_item_end(c);
    case State::quoted:
      if (c == '"') return go(State::item_end);
      if (c == '\\') return go(State::quoted_pair);
      return is_text(c) ? Status::need_more : Status::malformed;
    case State::quoted_pair:
      return is_text(c) ? go(State::quoted) : Status::malformed;
    default:
      return take_item_end(c);
  }
}

ChunkedDecoder::Status ChunkedDecoder::take_item_end(char c) {
  if (c == '\r') return go(State::header_feed);
  if (c == ';') return go(State::name_begin);
  return is_white(c) ? go(State::before_extension) : Status::malformed;
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
