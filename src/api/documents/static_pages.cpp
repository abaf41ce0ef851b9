#include <string>

#include "api/documents/assets.hpp"
#include "api/documents/pages.hpp"
#include "api/handlers.hpp"

namespace curt::api {
namespace {

constexpr std::string_view kRevalidate = "no-cache";
constexpr std::string_view kDay = "public, max-age=86400";

bool answer_asset(std::string_view content, std::string_view type, std::string_view caching,
                  http::Exchange& exchange) {
  http::Response& response = exchange.response;
  response.set_content_type(type);
  response.add_header("Cache-Control", caching);
  response.add_header("X-Content-Type-Options", "nosniff");
  response.set_static_body(content);
  return true;
}

/// Answers with the form that the client asks for.
bool answer_asset(const assets::Packed& content, std::string_view type, std::string_view caching,
                  http::Exchange& exchange) {
  exchange.response.add_header("Vary", "Accept-Encoding");
  if (!accepts_gzip(exchange.request)) return answer_asset(content.plain, type, caching, exchange);
  exchange.response.add_header("Content-Encoding", "gzip");
  return answer_asset(content.gzip, type, caching, exchange);
}

}  // namespace

bool get_openapi(const Services&, http::Exchange& exchange) {
  return answer_asset(assets::openapi_json(), "application/json", kRevalidate, exchange);
}

bool get_docs(const Services&, http::Exchange& exchange) {
  exchange.response.add_header(
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
      "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
      "frame-ancestors 'none'");
  return answer_asset(assets::docs_html(), "text/html; charset=utf-8", kRevalidate, exchange);
}

bool get_docs_script(const Services&, http::Exchange& exchange) {
  return answer_asset(assets::docs_js(), "text/javascript; charset=utf-8", kRevalidate, exchange);
}

bool get_swagger_style(const Services&, http::Exchange& exchange) {
  return answer_asset(assets::swagger_ui_css(), "text/css; charset=utf-8", kDay, exchange);
}

bool get_swagger_script(const Services&, http::Exchange& exchange) {
  return answer_asset(assets::swagger_ui_bundle_js(), "text/javascript; charset=utf-8", kDay, exchange);
}

bool get_home(const Services& services, http::Exchange& exchange) {
  if (!services.options.root_redirect.empty()) {
    exchange.response.set_status(302);
    exchange.response.add_header("Location", services.options.root_redirect);
    return true;
  }
  std::string html = with_style(assets::home_html());
  fill_in(html, "base_url", escape_html(services.options.base_url));
  answer_html(200, std::move(html), exchange);
  return true;
}

bool get_robots(const Services&, http::Exchange& exchange) {
  return answer_asset(assets::robots_txt(), "text/plain; charset=utf-8", kDay, exchange);
}

bool get_favicon(const Services&, http::Exchange& exchange) {
  return answer_asset(assets::favicon_svg(), "image/svg+xml", kDay, exchange);
}

}  // namespace curt::api
