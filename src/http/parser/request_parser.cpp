#include "http/parser/request_parser.hpp"

#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

#include "http/limits.hpp"

namespace curt::http {
namespace {

namespace beast = boost::beast;

/// A connection keeps this much for its next body.
constexpr std::size_t kKeptBytes = 4096;

/// Whether `host` could be the value of a Host header: uri-host [":" port] (RFC 9112, section 3.2).
bool is_host(std::string_view host) noexcept {
  return std::all_of(host.begin(), host.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7f &&
           std::string_view{"/\\?#@\"<>^`{|},"}.find(c) == std::string_view::npos;
  });
}

bool is_number(std::string_view text) noexcept {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

constexpr std::size_t kVersionSize = 8;  // HTTP/1.1

/// The version of a request line that is well-formed but for the version's number; else empty.
std::string_view version_of(std::string_view line) noexcept {
  const std::string_view version = line.substr(line.rfind(' ') + 1);
  const bool is_well_formed = std::count(line.begin(), line.end(), ' ') == 2 &&
                              version.size() == kVersionSize && version.starts_with("HTTP/") &&
                              is_number(version.substr(5, 1)) && version[6] == '.' &&
                              is_number(version.substr(7));
  return is_well_formed ? version : std::string_view{};
}

std::string_view request_line_of(std::string_view head) noexcept { return head.substr(0, head.find("\r\n")); }

}  // namespace

void RequestParser::reset() {
  scanner_.reset();
  request_ = {};
  framing_ = {};
  body_.clear();
  if (body_.capacity() > kKeptBytes) body_.shrink_to_fit();
  if (!line_.empty()) line_ = std::string{};
  grammar_.reset();
  refusal_.reset();
  chunks_.reset();
  missing_ = 0;
  consumed_ = 0;
  refused_body_only_ = false;
}

RequestParser::Status RequestParser::refuse(unsigned status, std::string_view code, std::string detail) {
  refusal_.emplace(Problem{status, code, std::move(detail)});
  return Status::refused;
}

RequestParser::Status RequestParser::refuse(HeadError error) {
  switch (error) {
    case HeadError::not_http:
      return refuse(400, "malformed_request", "This is not an HTTP request; TLS is not spoken here.");
    case HeadError::bare_line_feed:
      return refuse(400, "malformed_request", "A line does not end with CR LF.");
    case HeadError::folded_line:
      return refuse(400, "malformed_request", "A header line begins with white space.");
    case HeadError::target_too_long:
      return refuse(414, "target_too_long", fmt::format("The target is longer than {} bytes.", kMaxTarget));
    case HeadError::head_too_large:
      break;
  }
  return refuse(431, "header_too_large", fmt::format("The headers are larger than {} bytes.", kMaxHead));
}

RequestParser::Status RequestParser::refuse(const boost::system::error_code& error) {
  return refuse(400, "malformed_request", fmt::format("This is not an HTTP request: {}.", error.message()));
}

RequestParser::Status RequestParser::refuse_large_body() {
  return refuse(413, "body_too_large", fmt::format("The body is larger than {} bytes.", kMaxBody));
}

RequestParser::Status RequestParser::check_framing() {
  const bool http_1_0 = request_.version == 10;
  if (framing_.hosts > 1) return refuse(400, "malformed_request", "There is more than one Host header.");
  if (framing_.hosts == 0 && !http_1_0)
    return refuse(400, "malformed_request", "The Host header is missing.");
  if (!is_host(request_.host)) return refuse(400, "malformed_request", "The Host header is not a host name.");
  if (framing_.lengths > 1)
    return refuse(400, "malformed_request", "There is more than one Content-Length header.");
  if (framing_.lengths == 1 && !is_number(framing_.length)) {
    return refuse(400, "malformed_request", "Content-Length is not a number.");
  }
  if (framing_.encodings > 0 && framing_.lengths > 0) {
    return refuse(400, "malformed_request", "Content-Length and Transfer-Encoding exclude each other.");
  }
  if (framing_.encodings > 1) {
    return refuse(400, "malformed_request", "There is more than one Transfer-Encoding header.");
  }
  if (framing_.encodings == 1 && http_1_0) {
    return refuse(400, "malformed_request", "HTTP/1.0 has no Transfer-Encoding.");
  }
  if (framing_.encodings == 1 && !beast::iequals(framing_.encoding, "chunked")) {
    return refuse(501, "not_implemented", "The only Transfer-Encoding spoken here is chunked.");
  }
  if (!framing_.expect.empty() && !http_1_0) {
    if (!beast::iequals(framing_.expect, "100-continue")) {
      return refuse(417, "expectation_failed", "The only expectation met here is 100-continue.");
    }
    request_.expects_continue = true;
  }
  return Status::complete;
}

RequestParser::Status RequestParser::split_target() {
  std::string_view target = request_.target;
  if (target.size() > kMaxTarget) return refuse(HeadError::target_too_long);
  if (!target.empty() && target.front() != '/' && target != "*") {
    // The absolute form, which every server must take. Its host counts, not that of the header (RFC 9112,
    // section 3.2.2).
    const std::size_t scheme_end = target.find("://");
    const std::string_view scheme = target.substr(0, scheme_end);
    if (scheme_end == std::string_view::npos ||
        !(beast::iequals(scheme, "http") || beast::iequals(scheme, "https"))) {
      return refuse(400, "malformed_request", "The target is neither a path nor an http URL.");
    }
    const std::size_t path = target.find_first_of("/?", scheme_end + 3);
    const std::size_t authority = scheme_end + 3;
    const std::string_view host = target.substr(authority, std::min(path, target.size()) - authority);
    if (host.empty()) return refuse(400, "malformed_request", "The target's URL has no host.");
    if (!is_host(host)) return refuse(400, "malformed_request", "The target's URL has no valid host.");
    request_.host = host;
    if (path == std::string_view::npos) {
      target = "/";
    } else if (target[path] == '?') {
      request_.path = "/";
      request_.query = target.substr(path + 1);
      request_.has_query = true;
      return Status::complete;
    } else {
      target.remove_prefix(path);
    }
  }
  const std::size_t mark = target.find('?');
  request_.path = target.substr(0, mark);
  request_.has_query = mark != std::string_view::npos;
  if (request_.has_query) request_.query = target.substr(mark + 1);
  return Status::complete;
}

boost::system::error_code RequestParser::parse(std::string_view head) {
  grammar_.emplace(request_, framing_);
  boost::system::error_code error;
  static_cast<FieldCollector::Base&>(*grammar_).put(boost::asio::buffer(head.data(), head.size()), error);
  return error;
}

// A recipient takes a message of a higher minor version as one of the highest that it knows (RFC 9110,
// section 2.5); Beast refuses it. What is wrong with the line but for that is found here as well.
boost::system::error_code RequestParser::parse_as_1_1(std::string_view head) {
  const std::string_view line = request_line_of(head);
  line_.assign(line.substr(0, line.size() - kVersionSize)).append("HTTP/1.1\r\n");
  boost::system::error_code error = parse(line_);
  if (error != beast::http::error::need_more || request_.version == 0) return error;
  const std::string_view rest = head.substr(line_.size());
  static_cast<FieldCollector::Base&>(*grammar_).put(boost::asio::buffer(rest.data(), rest.size()), error);
  // Views into the head stay where they are; this one went into the line.
  request_.target =
      head.substr(static_cast<std::size_t>(request_.target.data() - line_.data()), request_.target.size());
  return error;
}

RequestParser::Status RequestParser::take_head(std::string_view input) {
  consumed_ = 0;
  // One empty line before a request is forgiven, as RFC 9112, section 2.2, asks.
  const std::size_t skipped = input.starts_with("\r\n") ? 2 : 0;
  if (input == "\r") return Status::need_more;
  input.remove_prefix(skipped);

  const auto length = scanner_.scan(input);
  if (scanner_.error()) return refuse(*scanner_.error());
  if (!length) return Status::need_more;

  const std::string_view head = input.substr(0, *length);
  boost::system::error_code error = parse(head);
  if (error == beast::http::error::bad_version) {
    const std::string_view version = version_of(request_line_of(head));
    if (version.starts_with("HTTP/1.")) {
      error = parse_as_1_1(head);
    } else if (!version.empty()) {
      return refuse(505, "version_not_supported", "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
    }
  }
  // Beast has read the whole head then, though it does not say so.
  const bool is_too_large = error == beast::http::error::body_limit;
  // The framing is judged first: its answers say more than Beast's error.
  if (request_.version != 0 && !request_.target.empty() && (grammar_->is_header_done() || is_too_large)) {
    if (const Status status = check_framing(); status != Status::complete) return status;
  }
  if (error && !is_too_large) return refuse(error);
  if (const Status status = split_target(); status != Status::complete) return status;
  if (is_too_large) {
    request_.has_body = refused_body_only_ = true;
    consumed_ = skipped + *length;
    return refuse_large_body();
  }
  request_.keep_alive = grammar_->keep_alive();
  missing_ = grammar_->content_length().value_or(0);
  request_.has_body = missing_ != 0 || grammar_->chunked();
  consumed_ = skipped + *length;
  return Status::complete;
}

RequestParser::Status RequestParser::take_body(std::string_view input) {
  const Status status = grammar_->chunked() ? take_chunks(input) : take_announced(input);
  if (status == Status::complete) request_.body = body_;
  return status;
}

RequestParser::Status RequestParser::take_announced(std::string_view input) {
  const std::string_view part = input.substr(0, missing_);
  body_.append(part);
  consumed_ = part.size();
  missing_ -= part.size();
  return missing_ == 0 ? Status::complete : Status::need_more;
}

RequestParser::Status RequestParser::take_chunks(std::string_view input) {
  const ChunkedDecoder::Status status = chunks_.take(input, body_);
  consumed_ = chunks_.consumed();
  switch (status) {
    case ChunkedDecoder::Status::need_more:
      return Status::need_more;
    case ChunkedDecoder::Status::complete:
      return Status::complete;
    case ChunkedDecoder::Status::body_too_large:
      return refuse_large_body();
    case ChunkedDecoder::Status::extras_too_large:
      return refuse(431, "header_too_large",
                    fmt::format("The chunks' extensions and trailers are larger than {} bytes.", kMaxHead));
    case ChunkedDecoder::Status::malformed:
      break;
  }
  return refuse(400, "malformed_request", "The chunked body is malformed.");
}

}  // namespace curt::http
