#include "api/handlers.hpp"
#include "api/keys/answer_key.hpp"
#include "api/problems.hpp"
#include "api/request/caller.hpp"
#include "api/request/query_parameters.hpp"

namespace curt::api {

awaitable<void> revoke_key(const Services& services, http::Exchange& exchange) {
  const auto id = id_parameter(exchange);
  if (!id) co_return answer_error(no_such_key(), exchange);
  const auto refused = refuse_parameters(exchange.request.query);
  if (refused) co_return answer_error(*refused, exchange);
  const Caller caller{exchange};
  const access::AskedBy by = caller.asked_by();
  const auto revoked = co_await services.key_service.revoke(exchange.call, by, *id);
  if (!revoked) co_return answer_error(revoked.error(), exchange);
  exchange.response.set_status(204);
}

}  // namespace curt::api
