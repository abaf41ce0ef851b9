#pragma once

#include <string>
#include <string_view>

#include "curt/base/secret_text.hpp"
#include "curt/http/request.hpp"

namespace curt::http {

/// An answer under construction. A connection reuses one for all its requests, so that its strings keep their
/// capacity and a redirect allocates nothing.
class Response {
 public:
  /// Forgets everything but the memory.
  void reset();

  /// Forgets everything and gives the memory back; for connections that wait.
  void release();

  void set_status(unsigned status) noexcept { status_ = status; }
  [[nodiscard]] unsigned status() const noexcept { return status_; }

  /// Adds a header. Neither name nor value may contain CR or LF: callers pass checked texts only, and a value
  /// with a control byte is dropped with its header rather than sent.
  void add_header(std::string_view name, std::string_view value);

  /// Adds a header whose value is made of two parts, without joining them first.
  void add_header(std::string_view name, std::string_view first, std::string_view second);

  void set_content_type(std::string_view type) { content_type_ = type; }
  [[nodiscard]] std::string_view content_type() const noexcept { return content_type_; }

  void set_body(std::string body);
  /// Answers with text that outlives the process's requests, such as an embedded file, without copying it
  /// here.
  void set_static_body(std::string_view body);
  /// Answers with a text that is secret: it is written from where it lies, and overwritten when it was
  /// written, or when the response ends.
  void set_secret_body(SecretText body);
  /// Whether the body is text of this answer alone, rather than one that many answers share.
  [[nodiscard]] bool holds_body() const noexcept { return owns_body_ || has_secret_body(); }
  [[nodiscard]] bool has_secret_body() const noexcept { return !secret_body_.view().empty(); }

  /// The connection ends after this answer.
  void close_connection() noexcept { close_ = true; }
  [[nodiscard]] bool closes_connection() const noexcept { return close_; }

  [[nodiscard]] std::string_view headers() const noexcept { return headers_; }

  /// Whether the body is worth a copy, so that it is written together with other answers.
  [[nodiscard]] bool has_short_body() const noexcept;

  [[nodiscard]] std::string_view body() const noexcept {
    return owns_body_ ? std::string_view{body_} : static_body_;
  }

 private:
  unsigned status_ = 200;
  bool close_ = false;
  bool owns_body_ = true;
  std::string headers_;  ///< complete lines
  std::string_view content_type_;
  std::string body_;
  std::string_view static_body_;  ///< or the secret one
  SecretText secret_body_;
};

/// What the connection knows and the handler does not need to.
struct Envelope {
  int version = 11;
  Method method = Method::get;
  bool keep_alive = true;
  std::string_view date;  ///< IMF-fixdate (RFC 9110, section 5.6.7)
  std::string_view request_id;
};

/// Appends the answer's head to `out`, and with it a short body. Any other body is returned, to be written
/// behind the head from where it lies: it stays there until the response is changed. There is none for HEAD
/// and where the status has none.
[[nodiscard]] std::string_view serialize(const Response& response, const Envelope& envelope,
                                         std::string& out);

}  // namespace curt::http
