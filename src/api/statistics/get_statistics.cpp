#include <utility>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "api/problems.hpp"
#include "api/statistics/statistics_json.hpp"
#include "api/statistics/statistics_query.hpp"

namespace curt::api {

awaitable<void> get_statistics(const Services& services, http::Exchange& exchange) {
  // The file of a time zone is read when it is asked for first.
  auto parse = [text = exchange.request.query, now = services.clock.now()] {
    return parse_statistics_query(text, now);
  };
  auto query = co_await services.side_thread.run(exchange.call, SideThread::Lane::owners, std::move(parse));
  if (!query) co_return answer_error(query.error(), exchange);
  auto statistics = co_await services.statistics.of_service(
      exchange.call, std::move(query->window), query->top_of, query->limit, exchange.principal.only());
  if (!statistics) co_return answer_error(statistics.error(), exchange);
  auto write = [&services, s = std::move(*statistics)] { return to_json(s, services.options.base_url); };
  auto json = co_await services.side_thread.run(exchange.call, SideThread::Lane::owners, std::move(write));
  if (!json) co_return answer_error(json.error(), exchange);
  answer_json(200, *std::move(json), exchange);
}

}  // namespace curt::api
