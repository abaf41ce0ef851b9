#include <cstddef>
#include <string>
#include <utility>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "api/keys/key_json.hpp"
#include "api/keys/key_query.hpp"
#include "api/problems.hpp"

namespace curt::api {

awaitable<void> list_keys(const Services& services, http::Exchange& exchange) {
  const auto query = parse_key_query(exchange.request.query);
  if (!query) co_return answer_error(query.error(), exchange);
  // One more than asked for tells whether there is another page.
  auto keys = co_await services.key_service.list(exchange.call, query->after, query->limit + 1);
  if (!keys) co_return answer_error(keys.error(), exchange);
  std::string next;
  if (keys->size() > query->limit) {
    keys->erase(keys->begin() + static_cast<std::ptrdiff_t>(query->limit), keys->end());
    next = encode_cursor(keys->back());
  }
  auto write = [k = std::move(*keys), n = std::move(next)] { return to_json(k, n); };
  auto json = co_await services.side_thread.run(exchange.call, SideThread::Lane::owners, std::move(write));
  if (!json) co_return answer_error(json.error(), exchange);
  answer_json(200, *std::move(json), exchange);
}

}  // namespace curt::api
