#pragma once

#include <cstdint>

#include "curt/domain/error.hpp"
#include "curt/http/request.hpp"
#include "curt/http/response.hpp"
#include "curt/links/wanted_versions.hpp"

namespace curt::api {

/// The versions that If-Match allows: those of a list of entity tags such as `"3"` or `"3", "4"`; any for no
/// header and for `*`. A tag is taken as a proxy that compresses may have rewritten it: weak (`W/"3"`), or
/// with the name of the coding behind it (`"3-gzip"`). RFC 9110, section 13.1.1, wants strong tags; here a
/// version is a state of the link, so that what weakens a tag changes nothing. A tag that was never ours
/// matches no version; `3` without quotes is kindly taken. What is no list of tags is an invalid_value.
[[nodiscard]] result<links::WantedVersions> parse_if_match(const http::Request& request);

/// Adds the ETag of this version.
void add_etag(std::int64_t version, http::Response& response);

}  // namespace curt::api
