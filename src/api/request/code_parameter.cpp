#include "api/request/code_parameter.hpp"

#include <algorithm>
#include <string>

#include "curt/domain/typed_code.hpp"

#include "api/request/percent_encoding.hpp"

namespace curt::api {

std::optional<ShortCode> code_in_path(std::string_view text) {
  std::string decoded;
  if (text.find('%') != std::string_view::npos) {
    auto plain = percent_decode(text, Plus::stays);
    if (!plain) return std::nullopt;
    decoded = std::move(*plain);
    text = decoded;
  }
  return typed_code(text);
}

std::optional<ShortCode> code_parameter(const http::Exchange& exchange) {
  return code_in_path(exchange.code);
}

bool is_sent_plainly(const http::Exchange& exchange) noexcept {
  const auto is_plain = [](char c) { return c != '%' && c >= 0; };
  return std::all_of(exchange.code.begin(), exchange.code.end(), is_plain);
}

Error no_such_link() { return {ErrorCode::not_found, "No link has this code."}; }

}  // namespace curt::api
