#pragma once

#include <string>
#include <string_view>

namespace curt {

/// A URL, or a part of one, as people read it: host names that are in punycode in their own letters, and
/// percent-encodings undone where that gives UTF-8 without control characters. For searching and showing; two
/// URLs may read alike.
[[nodiscard]] std::string readable_url(std::string_view text);

}  // namespace curt
