#include <optional>
#include <utility>

#include "api/handlers.hpp"
#include "api/links/answer_link.hpp"
#include "api/links/if_match.hpp"
#include "api/problems.hpp"
#include "api/request/caller.hpp"
#include "api/request/code_parameter.hpp"
#include "api/request/query_parameters.hpp"

namespace curt::api {

awaitable<void> restore_link(const Services& services, http::Exchange& exchange) {
  const auto code = code_parameter(exchange);
  if (!code) co_return answer_error(no_such_link(), exchange);
  const auto refused = refuse_parameters(exchange.request.query);
  if (refused) co_return answer_error(*refused, exchange);
  auto versions = parse_if_match(exchange.request);
  if (!versions) co_return answer_error(versions.error(), exchange);

  const Caller caller{exchange};
  const links::Author author = caller.author();
  auto link = co_await services.links.restore(exchange.call, author, *code, *std::move(versions));
  if (!link) co_return answer_error(link.error(), exchange);
  // The link is back: that its answer cannot tell the visits does not make it a failure.
  std::optional<visits::VisitTotals> visits;
  const auto counted = co_await services.statistics.total(exchange.call, *code);
  if (counted) visits = *counted;
  answer_link(200, *link, visits, services, exchange);
}

}  // namespace curt::api
