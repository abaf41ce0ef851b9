// Requests as bytes: the answer does not depend on how they arrive, and nothing ambiguous or unprintable is
// let in.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.hpp"
#include "http/limits.hpp"
#include "http/parser/request_parser.hpp"
#include "support/http/parse_requests.hpp"

namespace {

using curt::fuzz::require;
using curt::http::RequestParser;
using Status = RequestParser::Status;

/// Splits that follow from the bytes, so that a finding is repeatable and a seed is a plain request.
std::vector<std::size_t> some_splits(std::string_view bytes) {
  std::uint64_t state = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const char c : bytes) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  std::vector<std::size_t> splits;
  std::size_t at = 0;
  while (at < bytes.size()) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    at += 1 + (state >> 33U) % (1 + bytes.size() / 3);
    splits.push_back(at);
  }
  return splits;
}

bool is_clean(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
  });
}

/// A body of chunks ends with an empty one, "0", and an empty line.
constexpr std::size_t kShortestFraming = 5;

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::size_t count(const std::string& head, std::string_view line_begin) {
  std::size_t found = 0;
  for (std::size_t at = head.find(line_begin); at != std::string::npos; at = head.find(line_begin, at + 1))
    ++found;
  return found;
}

void check_one_request(std::string_view bytes) {
  RequestParser parser;
  if (parser.take_head(bytes) != Status::complete) return;
  require(parser.consumed() > 0 && parser.consumed() <= bytes.size(), "a head is a part of the input");
  const curt::http::Request& request = parser.request();
  const std::string head = lower(bytes.substr(0, parser.consumed()));
  const std::size_t lengths = count(head, "\r\ncontent-length");
  const std::size_t encodings = count(head, "\r\ntransfer-encoding:");
  require(lengths + encodings <= 1 || count(head, "\r\ncontent-length:") + encodings <= 1,
          "one framing at most");
  require(count(head, "\r\nhost:") <= 1, "one host at most");
  require(!request.path.empty() && (request.path.front() == '/' || request.path == "*"), "a path");
  require(request.target.size() <= curt::http::kMaxTarget, "a target within its limit");
  for (const std::string_view text :
       {request.target, request.path, request.query, request.host, request.accept, request.content_type,
        request.user_agent, request.referrer, request.origin, request.if_match, request.idempotency_key,
        request.request_id, request.forwarded_for, request.requested_method, request.requested_headers}) {
    require(is_clean(text), "no control bytes");
  }
  require(request.target.find_first_of(" \t") == std::string_view::npos, "no white space in the target");
  if (!request.has_body) return;
  const std::string_view rest = bytes.substr(parser.consumed());
  if (rest.empty() || parser.take_body(rest) != Status::complete) return;
  require(parser.consumed() <= rest.size(), "a body is a part of the input");
  require(request.body.size() <= curt::http::kMaxBody, "a body within its limit");
  if (encodings == 0) {
    require(parser.consumed() == request.body.size(), "a body of the announced length");
  } else {
    require(parser.consumed() >= request.body.size() + kShortestFraming, "chunks and their framing");
    require(rest.substr(0, parser.consumed()).ends_with("\r\n\r\n"), "a body that ends with an empty line");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  check_one_request(bytes);
  const auto whole = curt::test::parse_requests(bytes, {});
  require(curt::test::parse_requests(bytes, some_splits(bytes)) == whole, "pieces give what the whole gives");
  constexpr std::size_t kShort = 512;
  if (size <= kShort) {
    std::vector<std::size_t> everywhere(size);
    for (std::size_t i = 0; i < size; ++i) everywhere[i] = i;
    require(curt::test::parse_requests(bytes, everywhere) == whole, "bytes give what the whole gives");
  }
  return 0;
}
