#include <string>
#include <utility>

#include "api/handlers.hpp"
#include "api/keys/answer_key.hpp"
#include "api/keys/key_json.hpp"
#include "api/problems.hpp"
#include "api/request/caller.hpp"
#include "api/request/read_body.hpp"

namespace curt::api {

awaitable<void> create_key(const Services& services, http::Exchange& exchange) {
  auto draft = co_await read_body(services, exchange, parse_key_draft);
  if (!draft) co_return answer_error(draft.error(), exchange);

  const Caller caller{exchange};
  const access::AskedBy by = caller.asked_by();
  const auto made = co_await services.key_service.create(exchange.call, by, std::move(*draft));
  if (!made) co_return answer_error(made.error(), exchange);
  std::string location = services.options.base_url + "/api/v1/keys/";
  location += made->key.id.view();
  exchange.response.add_header("Location", location);
  answer_made_key(201, *made, exchange);
}

}  // namespace curt::api
