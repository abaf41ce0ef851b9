#pragma once

#include <string>
#include <string_view>

namespace curt {

/// "user:password@" from the text before the last "@" of the authority; empty if both are.
[[nodiscard]] std::string normalise_userinfo(std::string_view userinfo);

/// The path, from "/" on, with dot segments resolved. Takes "\" for "/", as browsers do.
[[nodiscard]] std::string normalise_path(std::string_view path);

/// The query without its "?".
[[nodiscard]] std::string normalise_query(std::string_view query);

/// The fragment without its "#".
[[nodiscard]] std::string normalise_fragment(std::string_view fragment);

}  // namespace curt
