#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace curt {

/// Where to listen: an address and a port; port 0 lets the system choose a free one.
struct ListenAddress {
  boost::asio::ip::address address;
  std::uint16_t port = 0;

  /// Reached from this machine only: 127.0.0.0/8, ::1, and the first mapped into IPv6.
  [[nodiscard]] bool is_loopback() const;

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

/// Reads 127.0.0.1:8080, [::1]:8080, or :8080 for 0.0.0.0:8080. Names of hosts are no addresses. Nothing
/// where the text is something else.
[[nodiscard]] std::optional<ListenAddress> parse_listen_address(std::string_view text);

/// Writes it as parse_listen_address reads it, IPv6 in brackets.
[[nodiscard]] std::string to_string(const ListenAddress& address);

/// Whether a host leads to this machine without a lookup: localhost, a loopback address, and the empty name
/// or the path of a socket (with @ first, an abstract one), as libpq has them.
[[nodiscard]] bool is_local_host(std::string_view host);

/// A set of IP networks, such as those of trusted proxies. An IPv4 address that came mapped into IPv6
/// (::ffff:192.0.2.1, RFC 4291 section 2.5.5.2) is looked up as the IPv4 address that it is, and mapped
/// networks are kept as IPv4 ones. Const calls are thread-safe.
class NetworkSet {
 public:
  /// Adds a network such as 10.0.0.0/8 or fd00::/8, or one address. False, and nothing added, where the text
  /// is neither; bits of the address past the prefix are ignored.
  bool add(std::string_view network);

  [[nodiscard]] bool contains(const boost::asio::ip::address& address) const;
  [[nodiscard]] bool empty() const noexcept { return v4_.empty() && v6_.empty(); }

  friend bool operator==(const NetworkSet&, const NetworkSet&) = default;

 private:
  std::vector<boost::asio::ip::network_v4> v4_;  // canonical: no bits past the prefix
  std::vector<boost::asio::ip::network_v6> v6_;  // canonical, without zones
};

}  // namespace curt
