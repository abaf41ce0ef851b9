#include "api/handlers.hpp"
#include "api/links/answer_link.hpp"
#include "api/problems.hpp"
#include "api/request/code_parameter.hpp"

namespace curt::api {

awaitable<void> get_link(const Services& services, http::Exchange& exchange) {
  const auto code = code_parameter(exchange);
  if (!code) co_return answer_error(no_such_link(), exchange);
  auto link = co_await services.links.get(exchange.call, *code, exchange.principal.only());
  if (!link) co_return answer_error(link.error(), exchange);
  const auto visits = co_await services.statistics.total(exchange.call, *code);
  if (!visits) co_return answer_error(visits.error(), exchange);
  answer_link(200, *link, *visits, services, exchange);
}

}  // namespace curt::api
