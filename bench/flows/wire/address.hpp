#pragma once

#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

namespace flows {

/// Which machines may be asked: load goes to this one alone; a page of metrics may also be read from a
/// container, whose address is one of a private network (RFC 1918, RFC 4193).
enum class Reach { this_machine, private_networks };

/// Where requests go: an address, what the header Host says, and the path of the URL ("/" where it has none).
struct Address {
  boost::asio::ip::tcp::endpoint endpoint;
  std::string host;
  std::string path;
};

/// Of an http URL whose host is an address or "localhost". Throws std::invalid_argument, with a sentence for
/// the operator, where it is none or out of reach. No name is resolved, so that none leads elsewhere.
[[nodiscard]] Address parse_address(std::string_view url, Reach reach);

}  // namespace flows
