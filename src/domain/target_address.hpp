#pragma once

#include <string>
#include <string_view>

#include "curt/domain/error.hpp"

namespace curt {

/// Whether a host in lower case, as ASCII, is meant as an IPv4 address, and so never a name: its last label
/// is a number (WHATWG URL Standard, "ends in a number checker").
[[nodiscard]] bool is_meant_as_ipv4(std::string_view host);

/// An IPv4 address in any notation of inet_aton(3), such as "0x7f.1", as four decimal numbers.
/// An error is about the field "url".
[[nodiscard]] result<std::string> normalise_ipv4(std::string_view host);

/// An IPv6 address in brackets as RFC 5952, section 4, writes it, in brackets. An error is about the field
/// "url".
[[nodiscard]] result<std::string> normalise_ipv6(std::string_view literal);

}  // namespace curt
