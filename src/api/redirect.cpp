#include <chrono>
#include <string>

#include <fmt/format.h>

#include "curt/api/handlers.hpp"
#include "curt/links/forward_query.hpp"

#include "code_parameter.hpp"
#include "pages.hpp"
#include "visited_link.hpp"

namespace curt::api {
namespace {

void add_caching(const links::RedirectLink& link, Timestamp now, http::Response& response) {
  if (!is_permanent(link.settings.redirect_status)) {
    response.add_header("Cache-Control", "private, max-age=0");
  } else if (link.settings.expires_at) {
    // A permanent redirect may be kept for ever; one that ends may not.
    const auto left = std::chrono::floor<std::chrono::seconds>(*link.settings.expires_at - now);
    response.add_header("Cache-Control", fmt::format("private, max-age={}", left.count()));
  }
}

void answer_redirect(const links::RedirectLink& link, Timestamp now, http::Exchange& exchange) {
  http::Response& response = exchange.response;
  response.set_status(static_cast<unsigned>(link.settings.redirect_status));
  if (link.settings.forward_query && !exchange.request.query.empty()) {
    response.add_header("Location", links::with_query(link.target, exchange.request.query));
  } else {
    response.add_header("Location", link.target);
  }
  add_caching(link, now, response);
}

void answer_entry(const links::CacheEntry& entry, Timestamp now, http::Exchange& exchange) {
  const auto link = visited_link(entry, now);
  if (!link) return answer_visitor(link.error(), exchange);
  answer_redirect(**link, now, exchange);
}

}  // namespace

bool redirect_now(const Services& services, http::Exchange& exchange) {
  const auto code = code_parameter(exchange);
  if (!code) {
    answer_visitor(no_such_link(), exchange);
    return true;
  }
  const auto entry = services.resolver.cached(*code);
  if (!entry) return false;
  answer_entry(*entry, services.clock.now(), exchange);
  return true;
}

awaitable<void> redirect(const Services& services, http::Exchange& exchange) {
  const auto code = code_parameter(exchange);
  auto entry = co_await services.resolver.load(exchange.call, *code);
  if (!entry) co_return answer_visitor(entry.error(), exchange);
  answer_entry(*entry, services.clock.now(), exchange);
}

}  // namespace curt::api
