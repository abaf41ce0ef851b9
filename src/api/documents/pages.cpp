#include "api/documents/pages.hpp"

#include <utility>

#include <fmt/format.h>

#include "curt/base/text.hpp"
#include "curt/http/retry_after.hpp"

#include "api/documents/assets.hpp"
#include "api/limits/limited.hpp"
#include "api/problems.hpp"

namespace curt::api {
namespace {

struct VisitorText {
  std::string_view heading;
  std::string_view message;
};

VisitorText text_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::not_found:
      return {"This link does not exist", "Please check the address; upper and lower case matter."};
    case ErrorCode::not_yet:
      return {"This link is not active yet", "Please come back later."};
    case ErrorCode::expired:
      return {"This link has expired", "It led somewhere for a limited time, which is over."};
    case ErrorCode::deleted:
      return {"This link was removed", "It no longer leads anywhere."};
    case ErrorCode::disabled:
      return {"This link is switched off", "Whoever made it has switched it off."};
    case ErrorCode::blocked:
      return {
          "This link is blocked",
          "It leads to a site to which links are not passed on here, such as one that is known to deceive "
          "or to harm. If you think that this is a mistake, tell those who run this service."};
    case ErrorCode::spent:
      return {"This link is used up", "It could be followed a limited number of times."};
    default:
      return {"This link cannot be opened right now", "Please try again in a moment."};
  }
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '{':
        out += "&#123;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

void fill_in(std::string& text, std::string_view name, std::string_view value) {
  const std::string place = fmt::format("{{{{{}}}}}", name);
  for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size())) {
    text.replace(at, place.size(), value);
  }
}

std::string with_style(std::string_view page) {
  std::string html{page};
  fill_in(html, "style", trim_white_space(assets::page_css()));
  return html;
}

void answer_html(unsigned status, std::string html, http::Exchange& exchange) {
  http::Response& response = exchange.response;
  response.set_status(status);
  response.set_content_type("text/html; charset=utf-8");
  response.add_header("Cache-Control", "no-store");
  response.add_header("Content-Security-Policy",
                      "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
                      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  response.add_header("X-Content-Type-Options", "nosniff");
  response.set_body(std::move(html));
}

void answer_page(unsigned status, const Page& page, http::Exchange& exchange) {
  std::string html = with_style(assets::page_html());
  fill_in(html, "title", escape_html(page.title));
  fill_in(html, "heading", escape_html(page.heading));
  fill_in(html, "message", escape_html(page.message));
  fill_in(html, "detail", escape_html(page.detail));
  fill_in(html, "body", page.body);
  answer_html(status, std::move(html), exchange);
}

void answer_visitor(const Error& error, http::Exchange& exchange) {
  if (!http::accepts_html(exchange.request)) return answer_error(error, exchange);
  const http::Problem problem = to_problem(error);
  const VisitorText text = text_of(error.code);
  const Page page{.title = text.heading,
                  .heading = text.heading,
                  .message = std::string{text.message},
                  .body = {},
                  .detail = fmt::format("Request {}", exchange.request_id)};
  if (problem.retry_after != 0) http::add_retry_after(problem.retry_after, exchange.response);
  answer_page(problem.status, page, exchange);
}

void answer_limited(std::span<const limits::BudgetState> states, http::Exchange& exchange) {
  const http::Problem problem = limited_problem(states, exchange);
  if (!http::accepts_html(exchange.request)) return answer_problem(problem, exchange);
  constexpr std::string_view kHeading = "Too many requests";
  const Page page{.title = kHeading,
                  .heading = kHeading,
                  .message = problem.detail,
                  .body = {},
                  .detail = fmt::format("Request {}", exchange.request_id)};
  answer_page(problem.status, page, exchange);
}

}  // namespace curt::api
