#pragma once

#include <string_view>

namespace curt::api {

/// Whether the value of a Host header is one that no stranger's DNS can point here: an IP address, localhost
/// or a name below it (RFC 6761, section 6.3), the host of base_url, or nothing, which no browser sends. A
/// service without a base_url, such as a worker, goes by no name.
[[nodiscard]] bool is_own_host(std::string_view host, std::string_view base_url) noexcept;

}  // namespace curt::api
