#include "api/keys/answer_key.hpp"

#include "api/keys/key_json.hpp"

namespace curt::api {

std::optional<KeyId> id_parameter(const http::Exchange& exchange) noexcept {
  return KeyId::parse(exchange.code);
}

Error no_such_key() { return {ErrorCode::not_found, "No key has this id."}; }

void answer_made_key(unsigned status, const access::MadeKey& made, http::Exchange& exchange) {
  http::Response& response = exchange.response;
  response.set_status(status);
  response.set_content_type("application/json");
  response.add_header("Cache-Control", "no-store");
  response.set_secret_body(to_json(made));
}

}  // namespace curt::api
