#include <utility>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "api/problems.hpp"
#include "api/request/code_parameter.hpp"
#include "api/statistics/statistics_json.hpp"
#include "api/statistics/statistics_query.hpp"

namespace curt::api {

awaitable<void> get_link_statistics(const Services& services, http::Exchange& exchange) {
  const auto code = code_parameter(exchange);
  if (!code) co_return answer_error(no_such_link(), exchange);
  // The file of a time zone is read when it is asked for first.
  auto parse = [text = exchange.request.query, now = services.clock.now()] {
    return parse_link_statistics_query(text, now);
  };
  auto query = co_await services.side_thread.run(exchange.call, SideThread::Lane::owners, std::move(parse));
  if (!query) co_return answer_error(query.error(), exchange);

  const auto link = co_await services.links.get(exchange.call, *code, exchange.principal.only());
  if (!link) co_return answer_error(link.error(), exchange);
  auto statistics =
      co_await services.statistics.of_link(exchange.call, *code, std::move(query->window), query->breakdown);
  if (!statistics) co_return answer_error(statistics.error(), exchange);
  auto write = [c = *code, s = std::move(*statistics)] { return to_json(c, s); };
  auto json = co_await services.side_thread.run(exchange.call, SideThread::Lane::owners, std::move(write));
  if (!json) co_return answer_error(json.error(), exchange);
  answer_json(200, *std::move(json), exchange);
}

}  // namespace curt::api
