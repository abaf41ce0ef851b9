#include "curt/http/response.hpp"

#include <algorithm>

#include <fmt/compile.h>
#include <fmt/format.h>

#include "curt/http/problem.hpp"

namespace curt::http {
namespace {

/// A connection keeps this much for its next answer, and copies no more of one.
constexpr std::size_t kKeptBytes = 4096;

bool is_clean(std::string_view value) noexcept {
  return std::none_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
  });
}

constexpr bool has_no_body(unsigned status) noexcept {
  return status < 200 || status == 204 || status == 304;
}

void append_status_line(unsigned status, std::string& out) {
  switch (status) {  // the two of the hot path stand ready
    case 302:
      out.append("HTTP/1.1 302 Found\r\n");
      return;
    case 301:
      out.append("HTTP/1.1 301 Moved Permanently\r\n");
      return;
    default:
      fmt::format_to(std::back_inserter(out), FMT_COMPILE("HTTP/1.1 {} {}\r\n"), status,
                     reason_phrase(status));
  }
}

}  // namespace

void Response::reset() {
  status_ = 200;
  close_ = false;
  owns_body_ = true;
  headers_.clear();
  content_type_ = {};
  body_.clear();
  if (body_.capacity() > kKeptBytes) body_.shrink_to_fit();
  static_body_ = {};
  if (has_secret_body()) [[unlikely]]
    secret_body_ = SecretText{};
}

void Response::release() { *this = Response{}; }

bool Response::has_short_body() const noexcept { return owns_body_ && body_.size() <= kKeptBytes; }

void Response::add_header(std::string_view name, std::string_view value) { add_header(name, value, {}); }

void Response::add_header(std::string_view name, std::string_view first, std::string_view second) {
  if (!is_clean(first) || !is_clean(second)) return;
  headers_.append(name).append(": ").append(first).append(second).append("\r\n");
}

void Response::set_body(std::string body) {
  owns_body_ = true;
  body_ = std::move(body);  // frees the old one, keeps nothing of its capacity
}

void Response::set_static_body(std::string_view body) {
  owns_body_ = false;
  static_body_ = body;
}

void Response::set_secret_body(SecretText body) {
  secret_body_ = std::move(body);
  set_static_body(secret_body_.view());
}

std::string_view serialize(const Response& response, const Envelope& envelope, std::string& out) {
  append_status_line(response.status(), out);
  out.append("Date: ").append(envelope.date);
  out.append("\r\nX-Request-Id: ").append(envelope.request_id).append("\r\n");
  out.append(response.headers());
  if (!envelope.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (envelope.version == 10) {
    out.append("Connection: keep-alive\r\n");
  }
  if (has_no_body(response.status())) {
    out.append("\r\n");
    return {};
  }
  const std::string_view body = response.body();
  if (!response.content_type().empty())
    out.append("Content-Type: ").append(response.content_type()).append("\r\n");
  if (body.empty()) {
    out.append("Content-Length: 0\r\n\r\n");
    return {};
  }
  const fmt::format_int length{body.size()};
  out.append("Content-Length: ").append(length.data(), length.size()).append("\r\n\r\n");
  if (envelope.method == Method::head) return {};
  if (!response.has_short_body()) return body;
  out.append(body);
  return {};
}

}  // namespace curt::http
