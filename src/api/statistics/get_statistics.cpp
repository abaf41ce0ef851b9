#include <utility>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "api/problems.hpp"
#include "api/statistics/statistics_json.hpp"
#include "api/statistics/statistics_query.hpp"

namespace curt::api {

awaitable<void> get_statistics(const Services& services, http::Exchange& exchange) {
  auto query = parse_statistics_query(exchange.request.query, services.clock.now());
  if (!query) co_return answer_error(query.error(), exchange);
  const auto statistics = co_await services.statistics.of_service(exchange.call, std::move(query->window),
                                                                  query->top_of, query->limit);
  if (!statistics) co_return answer_error(statistics.error(), exchange);
  answer_json(200, to_json(*statistics, services.options.base_url), exchange);
}

}  // namespace curt::api
