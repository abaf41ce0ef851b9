#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "curt/http/problem.hpp"
#include "curt/http/request.hpp"

#include "http/parser/chunked_decoder.hpp"
#include "http/parser/field_collector.hpp"
#include "http/parser/head_scanner.hpp"

namespace curt::http {

/// Turns bytes into requests, without a socket: Beast's grammar for the head, with the framing checks of
/// RFC 9112 (sections 2.2, 3.2, 5.1, 5.2, 6.1, 6.3) that stop request smuggling. What it says of some bytes
/// does not depend on the pieces in which they come. For one thread.
///
/// Order of calls for each request: take_head() until it says complete; then, if the request announces a
/// body, take_body() until it says complete; then reset().
class RequestParser {
 public:
  enum class Status {
    need_more,  ///< call again when more bytes are there
    complete,
    refused,  ///< refusal() says why; the connection must end, as what follows cannot be trusted
  };

  RequestParser() = default;
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Parses the head at the front of `input`, which must stay in place from the call that completes it until
  /// reset(). consumed() is the head's length then.
  Status take_head(std::string_view input);

  /// Parses what follows the head. consumed() is what this call took of `input`: all of it while it needs
  /// more.
  Status take_body(std::string_view input);

  [[nodiscard]] std::size_t consumed() const noexcept { return consumed_; }

  /// Bytes of the body that have come.
  [[nodiscard]] std::size_t body_size() const noexcept { return body_.size(); }
  [[nodiscard]] const Problem& refusal() const noexcept { return *refusal_; }
  /// Whether take_head() refused no more than the body that is announced: the request has all that its head
  /// says.
  [[nodiscard]] bool refused_body_only() const noexcept { return refused_body_only_; }
  [[nodiscard]] Request& request() noexcept { return request_; }

  /// Ready for the next request.
  void reset();

  /// Gives memory back, after reset().
  void release() noexcept { body_ = std::string{}; }

 private:
  /// Has Beast parse the head, which ends where `head` does.
  boost::system::error_code parse(std::string_view head);
  /// The same for a head of a higher minor version than 1, as if it were that of HTTP/1.1.
  boost::system::error_code parse_as_1_1(std::string_view head);
  Status refuse(unsigned status, std::string_view code, std::string detail);
  Status refuse(HeadError error);
  Status refuse(const boost::system::error_code& error);
  Status refuse_large_body();
  Status check_framing();
  Status split_target();
  Status take_announced(std::string_view input);
  Status take_chunks(std::string_view input);

  HeadScanner scanner_;
  Request request_;
  FramingFields framing_;
  std::string body_;
  std::string line_;                       ///< a request line whose version was replaced
  std::optional<FieldCollector> grammar_;  ///< made anew for each request; Beast's parsers cannot be reset
  std::optional<Problem> refusal_;
  ChunkedDecoder chunks_;
  std::size_t missing_ = 0;  ///< of a body of an announced length
  std::size_t consumed_ = 0;
  bool refused_body_only_ = false;  ///< the head was taken, and the body is refused
};

}  // namespace curt::http
