#pragma once

#include <string>
#include <string_view>

#include "curt/domain/error.hpp"

namespace curt {

[[nodiscard]] bool is_ascii(std::string_view text);

/// Normalises the host of an http(s) URL, given as well-formed UTF-8 without userinfo and port: an IPv6
/// address in brackets, an IPv4 address in any notation of inet_aton(3), or a name (WHATWG URL Standard,
/// "host parser"). An error is about the field "url".
[[nodiscard]] result<std::string> normalise_host(std::string_view host);

}  // namespace curt
