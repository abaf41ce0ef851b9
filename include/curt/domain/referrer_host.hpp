#pragma once

#include <string>
#include <string_view>

namespace curt {

/// The host that a `Referer` names, in the one spelling that all of its spellings have: of an absolute URL
/// with any scheme, in lower case, in ASCII (UTS #46), without a dot at its end, without userinfo and port;
/// an IPv6 address in brackets. Empty where there is none, or what is there is no host name: labels of
/// letters, digits, hyphens and underscores (RFC 952, RFC 1123, section 2.1), up to 63 bytes each and 253 in
/// all. Takes any bytes.
[[nodiscard]] std::string referrer_host(std::string_view referrer);

}  // namespace curt
