#pragma once

#include <string_view>

namespace curt::http {

/// Whether a proxy's request id is fit for logs and headers: 1 to 128 characters without spaces or quotes.
[[nodiscard]] bool is_sane_request_id(std::string_view id) noexcept;

}  // namespace curt::http
