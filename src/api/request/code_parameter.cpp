#include "api/request/code_parameter.hpp"

#include <string>

#include "api/request/percent_decode.hpp"

namespace curt::api {

std::optional<ShortCode> code_parameter(const http::Exchange& exchange) {
  std::string_view text = exchange.code;
  std::string decoded;
  if (text.find('%') != std::string_view::npos) {
    auto plain = percent_decode(text, Plus::stays);
    if (!plain) return std::nullopt;
    decoded = std::move(*plain);
    text = decoded;
  }
  if (!ShortCode::is_valid(text)) return std::nullopt;
  return ShortCode::from_valid(text);
}

Error no_such_link() { return {ErrorCode::not_found, "No link has this code."}; }

}  // namespace curt::api
