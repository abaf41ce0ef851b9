#pragma once

#include <optional>
#include <string_view>

#include "curt/domain/short_code.hpp"
#include "curt/http/service.hpp"

namespace curt::api {

/// The code that a part of a path is, percent-decoded and in normalization form C; nothing if it cannot be
/// any link's.
[[nodiscard]] std::optional<ShortCode> code_in_path(std::string_view text);

/// The code that is the parameter in the request's path, as code_in_path() has it.
[[nodiscard]] std::optional<ShortCode> code_parameter(const http::Exchange& exchange);

/// Whether exchange.code, where it is a code, is the very text of it: ASCII without percent-encodings.
[[nodiscard]] bool is_sent_plainly(const http::Exchange& exchange) noexcept;

/// The error for a code that no link has.
[[nodiscard]] Error no_such_link();

}  // namespace curt::api
