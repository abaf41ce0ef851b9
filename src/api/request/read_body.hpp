#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "curt/api/services.hpp"
#include "curt/domain/error.hpp"
#include "curt/http/service.hpp"

#include "api/request/query_parameters.hpp"

namespace curt::api {

/// A body up to this size is parsed on its core, which takes some microseconds, and at the worst 200.
inline constexpr std::size_t kQuickBody = 4096;

/// What `parse`, a function of the body that gives a result<>, makes of the request's body; a large one is
/// parsed beside the cores. Refuses a query string, since no route that takes a body has parameters.
template <class Parse, class Parsed = std::invoke_result_t<Parse, std::string_view>>
awaitable<Parsed> read_body(const Services& services, const http::Exchange& exchange, Parse parse) {
  auto refused = refuse_parameters(exchange.request.query);
  if (refused) co_return *std::move(refused);
  const std::string_view body = exchange.request.body;
  if (body.size() <= kQuickBody) co_return parse(body);
  auto work = [parse, body] { return parse(body); };
  Parsed draft = co_await services.side_thread.run(exchange.call, SideThread::Lane::owners, std::move(work));
  co_return draft;
}

}  // namespace curt::api
