#pragma once

#include <string_view>

namespace curt::limits {

/// Whether the host, written as TargetUrl::host() gives it, is known to be that of a URL shortener, or below
/// one. The list is built in: src/limits/hosts/data/shorteners.txt. Thread-safe.
[[nodiscard]] bool is_shortener(std::string_view host);

}  // namespace curt::limits
