#include "api/request/caller.hpp"

#include <fmt/format.h>

namespace curt::api {

Caller::Caller(const http::Exchange& exchange)
    : exchange_(exchange),
      by_(exchange.principal.key ? fmt::format("key:{}", exchange.principal.key->view()) : "anonymous") {}

links::Author Caller::author() const {
  return {.by = by_,
          .client = exchange_.request.client,
          .request_id = exchange_.request_id,
          .owner = exchange_.principal.key,
          .only = exchange_.principal.only()};
}

access::AskedBy Caller::asked_by() const {
  return {.by = by_, .client = exchange_.request.client, .request_id = exchange_.request_id};
}

std::string Caller::idempotency_owner() const {
  return exchange_.principal.key ? by_ : fmt::format("client:{}", exchange_.request.client);
}

}  // namespace curt::api
