#include <utility>

#include "curt/api/handlers.hpp"
#include "curt/api/problems.hpp"
#include "curt/api/statistics_query.hpp"

#include "answers.hpp"
#include "code_parameter.hpp"
#include "statistics_json.hpp"

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
