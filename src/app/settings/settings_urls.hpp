#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace curt::app {

/// A URL with an international host name, or other characters beyond ASCII, as browsers would send it; what
/// is ASCII, or no URL, as it is.
[[nodiscard]] std::string url_in_ascii(std::string_view text);

/// Reads an http or https URL that has a host and perhaps a port, and nothing else but one slash; gives it as
/// a browser's Origin header has it: lower case, ASCII, no default port, no slash. Nothing where the text is
/// something else.
[[nodiscard]] std::optional<std::string> parse_origin(std::string_view text);

/// Whether the host of what parse_origin() gave is this machine: localhost, a name below it, or a loopback
/// address.
[[nodiscard]] bool is_loopback_origin(std::string_view origin);

/// An absolute http or https URL with a host and without user information, RFC 3986 to the letter.
[[nodiscard]] bool is_http_url(std::string_view text);

/// Whether a text was meant as a connection URI of Postgres: postgresql:// or postgres://.
[[nodiscard]] bool names_postgres(std::string_view text);

/// A connection URI of Postgres in which libpq finds user, password, hosts and database where they were
/// meant. The rest is libpq's to judge: it may name several hosts and parameters.
[[nodiscard]] bool is_postgres_url(std::string_view text);

/// Why a text that names Postgres is no is_postgres_url(), in words that quote nothing of it, since what is
/// not written as it should be may be a password; empty where it is one.
[[nodiscard]] std::string_view misreading_of_postgres(std::string_view text);

/// redis:// or rediss:// with a host, perhaps user information, a port, and a database's number as its path;
/// or unix: and a socket's path.
[[nodiscard]] bool is_redis_url(std::string_view text);

}  // namespace curt::app
