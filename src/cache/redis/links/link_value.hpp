#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "curt/base/timestamp.hpp"
#include "curt/links/link_cache.hpp"

namespace curt::cache {

/// The key of a code in Redis.
[[nodiscard]] std::string link_key(const ShortCode& code);

/// A cache entry as Redis keeps it, for us and for proxies that answer from it:
///
///   `<version> <edge-status> <status> <flags> <not_before> <expires> <target>[ <title>]`
///
/// The edge status is the redirect's status where a proxy may answer with status and target alone as long as
/// the key lives, else 0. Flags are letters in this order: d disabled, f forwards the query, m<digits> may be
/// followed so often in all, which only the database can count; or one alone: n no link has the code, g the
/// link is gone; `-` for none. Times are milliseconds since 1970, `-` for none. Codes without a link have
/// status 0 and target `-`. `now` decides whether the link has expired, which no proxy is told to look at.
[[nodiscard]] std::string encode_link_value(const links::CacheEntry& entry, Timestamp now);

/// Reads it back. Nothing where it is not exactly what encode_link_value() makes, with a target as TargetUrl
/// has them: whoever can write to Redis shall not be able to send visitors where no link could.
[[nodiscard]] std::optional<links::CacheEntry> decode_link_value(std::string_view value);

}  // namespace curt::cache
