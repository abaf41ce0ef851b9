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
/// status 0 and target `-`. The key lives until `ends_at`: a link that expires before is none for a proxy,
/// which looks at no time.
[[nodiscard]] std::string encode_link_value(const links::CacheEntry& entry, Timestamp ends_at);

/// What follows the version in the value of a key of which nothing else is known: flag x.
inline constexpr std::string_view kForgottenValue = " 0 0 x - - -";

/// Whether it is the value of such a key.
[[nodiscard]] bool is_forgotten_value(std::string_view value);

/// Reads it back. Nothing where it is not exactly what encode_link_value() makes, with a target as TargetUrl
/// has them: whoever can write to Redis shall not be able to send visitors where no link could.
[[nodiscard]] std::optional<links::CacheEntry> decode_link_value(std::string_view value);

}  // namespace curt::cache
