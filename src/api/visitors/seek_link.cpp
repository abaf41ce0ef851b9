#include "api/visitors/seek_link.hpp"

#include <utility>

#include "api/request/code_parameter.hpp"
#include "api/visitors/look_up.hpp"
#include "api/visitors/near_miss.hpp"

namespace curt::api {
namespace {

using links::CacheEntry;

/// What the cache knows of the code, else what the lower layers do.
awaitable<std::optional<CacheEntry>> find(const Services& services, ShortCode code, CacheAsked asked,
                                          http::Exchange& exchange) {
  auto entry = asked == CacheAsked::before ? services.resolver.cached_again(code, exchange.began_at)
                                           : services.resolver.cached(code, exchange.began_at);
  if (!entry) entry = co_await look_up(services, code, exchange);
  co_return entry;
}

void add_query(std::string more, SoughtLink& sought) {
  if (more.empty()) return;
  if (!sought.query.empty()) more.append("&").append(sought.query);
  sought.query = std::move(more);
}

}  // namespace

awaitable<std::optional<SoughtLink>> seek_link(const Services& services, CacheAsked asked,
                                               http::Exchange& exchange) {
  SoughtLink sought;
  sought.query = exchange.request.query;
  std::optional<ShortCode> code = code_parameter(exchange);
  for (;;) {
    if (code) {
      auto entry = co_await find(services, *code, asked, exchange);
      if (!entry) co_return std::nullopt;
      sought.code = *code;
      sought.entry = *std::move(entry);
      if (sought.entry.kind != CacheEntry::Kind::not_found) break;
    }
    // Each step leaves something out of the path, and the second one is the last.
    auto near = near_miss(exchange.code);
    if (!near) break;
    exchange.code = near->text;
    code = near->code;
    asked = CacheAsked::not_yet;
    sought.is_preview |= near->is_preview;
    add_query(std::move(near->query), sought);
  }
  co_return sought;
}

}  // namespace curt::api
