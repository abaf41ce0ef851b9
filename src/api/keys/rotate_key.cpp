#include <optional>

#include "api/handlers.hpp"
#include "api/keys/answer_key.hpp"
#include "api/keys/key_json.hpp"
#include "api/problems.hpp"
#include "api/request/caller.hpp"
#include "api/request/read_body.hpp"

namespace curt::api {
namespace {

/// The problem of a key that gets no other secret now. It is there, so that it is not "gone" as a link would
/// be. Nothing for other errors.
std::optional<http::Problem> conflict(const Error& error) {
  switch (error.code) {
    case ErrorCode::deleted:
      return http::Problem{409, "key_revoked", "This key was revoked, for good; make another one."};
    case ErrorCode::expired:
      return http::Problem{409, "key_expired", "This key has expired; make another one."};
    case ErrorCode::not_yet:
      return http::Problem{409, "key_rotating", error.detail};
    default:
      return std::nullopt;
  }
}

}  // namespace

awaitable<void> rotate_key(const Services& services, http::Exchange& exchange) {
  const auto id = id_parameter(exchange);
  if (!id) co_return answer_error(no_such_key(), exchange);
  const auto grace = co_await read_body(services, exchange, parse_rotation);
  if (!grace) co_return answer_error(grace.error(), exchange);

  const Caller caller{exchange};
  const access::AskedBy by = caller.asked_by();
  const auto made = co_await services.key_service.rotate(exchange.call, by, *id, *grace);
  if (!made) {
    if (const auto problem = conflict(made.error())) co_return answer_problem(*problem, exchange);
    co_return answer_error(made.error(), exchange);
  }
  answer_made_key(200, *made, exchange);
}

}  // namespace curt::api
