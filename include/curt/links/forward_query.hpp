#pragma once

#include <string>
#include <string_view>

namespace curt::links {

/// The target with the visitor's query string appended to its own, before the fragment. What a query may not
/// contain (RFC 3986, section 3.4, with the leniency of browsers) is percent-encoded, so that the result is
/// safe in a header.
[[nodiscard]] std::string with_query(std::string_view target, std::string_view query);

}  // namespace curt::links
