#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "api/keys/answer_key.hpp"
#include "api/keys/key_json.hpp"
#include "api/problems.hpp"

namespace curt::api {

awaitable<void> get_key(const Services& services, http::Exchange& exchange) {
  const auto id = id_parameter(exchange);
  if (!id) co_return answer_error(no_such_key(), exchange);
  const auto key = co_await services.key_service.get(exchange.call, *id);
  if (!key) co_return answer_error(key.error(), exchange);
  answer_json(200, to_json(*key), exchange);
}

}  // namespace curt::api
