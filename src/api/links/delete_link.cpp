#include "api/handlers.hpp"
#include "api/links/if_match.hpp"
#include "api/problems.hpp"
#include "api/request/caller.hpp"
#include "api/request/code_parameter.hpp"
#include "api/request/query_parameters.hpp"

namespace curt::api {

awaitable<void> delete_link(const Services& services, http::Exchange& exchange) {
  const auto code = code_parameter(exchange);
  if (!code) co_return answer_error(no_such_link(), exchange);
  const auto refused = refuse_parameters(exchange.request.query);
  if (refused) co_return answer_error(*refused, exchange);
  auto versions = parse_if_match(exchange.request);
  if (!versions) co_return answer_error(versions.error(), exchange);

  const Caller caller{exchange};
  const links::Author author = caller.author();
  auto removed = co_await services.links.remove(exchange.call, author, *code, *std::move(versions));
  if (!removed) co_return answer_error(removed.error(), exchange);
  exchange.response.set_status(204);
}

}  // namespace curt::api
