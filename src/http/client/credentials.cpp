#include "http/client/credentials.hpp"

#include <utility>

namespace curt::http {

void forget_credentials(Request& request, InputBuffer& input, Response& response) noexcept {
  input.wipe(std::exchange(request.api_key, {}));
  input.wipe(std::exchange(request.authorization, {}));
  // Where the other ones of several are is not known, so that the whole buffer has to go, and with it what
  // follows.
  if (request.api_keys > 1 || request.authorizations > 1) response.close_connection();
}

}  // namespace curt::http
