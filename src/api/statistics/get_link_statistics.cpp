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
  auto query = parse_link_statistics_query(exchange.request.query, services.clock.now());
  if (!query) co_return answer_error(query.error(), exchange);

  const auto link = co_await services.links.get(exchange.call, *code);
  if (!link) co_return answer_error(link.error(), exchange);
  const auto statistics =
      co_await services.statistics.of_link(exchange.call, *code, std::move(query->window), query->breakdown);
  if (!statistics) co_return answer_error(statistics.error(), exchange);
  answer_json(200, to_json(*code, *statistics), exchange);
}

}  // namespace curt::api
