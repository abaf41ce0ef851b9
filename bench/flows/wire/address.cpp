#include "flows/wire/address.hpp"

#include <stdexcept>

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

namespace flows {

namespace {

namespace ip = boost::asio::ip;

bool is_private(const ip::address& address) {
  if (address.is_v6()) return (address.to_v6().to_bytes()[0] & 0xfeU) == 0xfcU;
  const auto number = address.to_v4().to_uint();
  return (number >> 24U) == 10 || (number >> 20U) == (172U << 4U | 1U) ||
         (number >> 16U) == (192U << 8U | 168U);
}

}  // namespace

Address parse_address(std::string_view url, Reach reach) {
  const auto parsed = boost::urls::parse_uri(boost::urls::string_view{url.data(), url.size()});
  if (!parsed || parsed->scheme() != "http" || !parsed->has_authority()) {
    throw std::invalid_argument{fmt::format("\"{}\" is no URL such as http://127.0.0.1:8080", url)};
  }
  const std::string name = parsed->host_address();
  boost::system::error_code failed;
  const auto address = ip::make_address(name == "localhost" ? "127.0.0.1" : name, failed);
  const bool reached =
      !failed && (address.is_loopback() || (reach == Reach::private_networks && is_private(address)));
  if (!reached) {
    throw std::invalid_argument{fmt::format(
        "\"{}\" is not an address of this machine: {}", url,
        reach == Reach::this_machine ? "load goes to 127.0.0.0/8, [::1] or localhost and nowhere else"
                                     : "metrics are read from it, or from an address of a private network")};
  }
  if (parsed->has_port() && parsed->port_number() == 0) {
    throw std::invalid_argument{fmt::format("\"{}\" has no port that can be reached", url)};
  }
  const std::string path{parsed->encoded_path()};
  const std::string host{parsed->encoded_host_and_port()};
  const std::uint16_t port = parsed->has_port() ? parsed->port_number() : std::uint16_t{80};
  return {.endpoint = {address, port}, .host = host, .path = path.empty() ? "/" : path};
}

}  // namespace flows
