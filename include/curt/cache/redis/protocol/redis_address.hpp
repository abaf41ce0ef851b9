#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "curt/domain/error.hpp"

namespace curt::cache {

/// Where a Redis server is and as whom to speak to it.
struct RedisAddress {
  std::string host = "127.0.0.1";  ///< a name or an IP address, without brackets
  std::uint16_t port = 6379;
  std::string path;  ///< of a Unix socket, used instead of host and port; empty if none
  bool tls = false;
  std::string user;      ///< empty: the server's default user
  std::string password;  ///< empty: no AUTH is sent
  std::uint32_t database = 0;

  friend bool operator==(const RedisAddress&, const RedisAddress&) = default;
};

/// Reads `redis://[user[:password]@]host[:port][/database]`, the same with `rediss://` for TLS, or
/// `unix:[//[user[:password]@]]/path[?db=database]`. User and password may be percent-encoded; `:password@`
/// means the default user. An error is invalid_value for the field "redis_url" and never shows the password.
[[nodiscard]] result<RedisAddress> parse_redis_url(std::string_view text);

/// The address for logs and health, without user and password: `redis://host:port/0`.
[[nodiscard]] std::string to_string(const RedisAddress& address);

}  // namespace curt::cache
