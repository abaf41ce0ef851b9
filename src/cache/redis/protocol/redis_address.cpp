#include "curt/cache/redis/protocol/redis_address.hpp"

#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include <boost/url/decode_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

namespace curt::cache {
namespace {

namespace urls = boost::urls;

constexpr std::string_view kForm = "must look like redis://user:password@host:6379/0";
/// The most databases that anyone configures; 16 is Redis's default.
constexpr std::uint32_t kMaxDatabase = 65'535;

Error refused(std::string message) { return invalid_field("redis_url", std::move(message)); }

std::string unreadable() {
  return fmt::format("{}; encode what is special in the password, such as %40 for @", kForm);
}

std::string decoded(urls::pct_string_view text) {
  std::string plain;
  text.decode({}, urls::string_token::assign_to(plain));
  return plain;
}

/// The whole text as a number up to `max`.
template <class Number>
std::optional<Number> number_from(std::string_view text, Number max) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > max) return std::nullopt;
  return value;
}

/// True if there is nothing wrong with what names the database: nothing, or a number.
bool take_database(std::string_view text, RedisAddress& address) {
  if (text.empty()) return true;
  const auto database = number_from(text, kMaxDatabase);
  if (database) address.database = *database;
  return database.has_value();
}

result<RedisAddress> read_unix(const urls::url_view& url, RedisAddress address) {
  address.path = decoded(url.encoded_path());
  if (address.path.size() < 2 || address.path.front() != '/' || !url.encoded_host().empty()) {
    return refused("must name a socket with its whole path, such as unix:///run/redis/redis.sock");
  }
  // The system's limit for the path of a socket, unix(7), with its final zero.
  constexpr std::size_t kMaxPath = 107;
  if (address.path.size() > kMaxPath || address.path.find('\0') != std::string::npos) {
    return refused(fmt::format("names a socket whose path is not one of at most {} bytes", kMaxPath));
  }
  std::string_view query{url.encoded_query().data(), url.encoded_query().size()};
  constexpr std::string_view kDatabase = "db=";
  const bool known = query.empty() || query.starts_with(kDatabase);
  if (!known || !take_database(query.empty() ? query : query.substr(kDatabase.size()), address)) {
    return refused("may have nothing behind the socket's path but ?db= and a number");
  }
  return address;
}

result<RedisAddress> read_network(const urls::url_view& url, RedisAddress address) {
  address.host = decoded(url.encoded_host());
  if (address.host.empty()) return refused("has no host; " + std::string{kForm});
  if (address.host.front() == '[') address.host = address.host.substr(1, address.host.size() - 2);
  if (address.host.find('\0') != std::string::npos) return refused("has a host that is no name");
  if (url.has_port()) {
    const auto port = number_from<std::uint16_t>({url.port().data(), url.port().size()}, 65'535);
    if (!port || *port == 0) return refused("has a port that is not a number from 1 to 65535");
    address.port = *port;
  }
  if (url.has_query()) return refused("must have nothing behind the number of the database");
  std::string_view path{url.encoded_path().data(), url.encoded_path().size()};
  // Boost 1.81 takes the second part of redis://:p@ss@host for a path.
  if (!path.empty() && path.front() != '/') return refused(unreadable());
  if (!path.empty()) path.remove_prefix(1);
  if (!take_database(path, address)) {
    return refused(fmt::format("has a database that is not a number from 0 to {}", kMaxDatabase));
  }
  return address;
}

}  // namespace

result<RedisAddress> parse_redis_url(std::string_view text) {
  const auto parsed = urls::parse_uri({text.data(), text.size()});
  if (!parsed) return refused(unreadable());
  const urls::url_view& url = *parsed;
  const std::string_view scheme{url.scheme().data(), url.scheme().size()};
  if (scheme != "redis" && scheme != "rediss" && scheme != "unix") {
    return refused("has a scheme that is none of redis, rediss (with TLS) and unix");
  }
  if (url.has_fragment()) return refused("contains a #; encode it as %23");
  RedisAddress address;
  address.tls = scheme == "rediss";
  address.user = decoded(url.encoded_user());
  address.password = decoded(url.encoded_password());
  if (!address.user.empty() && address.password.empty()) {
    return refused("has a user without a password; a password alone is written redis://:password@host");
  }
  return scheme == "unix" ? read_unix(url, std::move(address)) : read_network(url, std::move(address));
}

std::string to_string(const RedisAddress& address) {
  if (!address.path.empty()) return fmt::format("unix://{}?db={}", address.path, address.database);
  const bool v6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}/{}", address.tls ? "rediss" : "redis", v6 ? "[" : "", address.host,
                     v6 ? "]" : "", address.port, address.database);
}

}  // namespace curt::cache
