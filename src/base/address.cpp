#include "curt/base/address.hpp"

#include <algorithm>
#include <charconv>

#include <boost/system/error_code.hpp>
#include <fmt/format.h>

namespace curt {
namespace {

namespace ip = boost::asio::ip;

constexpr unsigned short kMappedPrefix = 96;  // ::ffff:0:0/96

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

/// The IPv6 address without its zone, which says where an address is reached and not which one it is.
ip::address_v6 without_zone(const ip::address_v6& address) { return ip::address_v6{address.to_bytes()}; }

ip::address unmapped(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

}  // namespace

bool ListenAddress::is_loopback() const { return unmapped(address).is_loopback(); }

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.empty()) return ListenAddress{ip::address_v4::any(), *port};

  boost::system::error_code failed;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    const auto v6 = ip::make_address_v6(std::string{host.substr(1, host.size() - 2)}, failed);
    if (failed) return std::nullopt;
    return ListenAddress{v6, *port};
  }
  const auto v4 = ip::make_address_v4(std::string{host}, failed);
  if (failed) return std::nullopt;
  return ListenAddress{v4, *port};
}

std::string to_string(const ListenAddress& address) {
  const char* format = address.address.is_v6() ? "[{}]:{}" : "{}:{}";
  return fmt::format(fmt::runtime(format), address.address.to_string(), address.port);
}

bool is_local_host(std::string_view host) {
  if (host.empty() || host.front() == '/' || host.front() == '@' || host == "localhost") return true;
  boost::system::error_code error;
  const auto address = ip::make_address(std::string{host}, error);
  return !error && unmapped(address).is_loopback();
}

bool NetworkSet::add(std::string_view network) {
  const bool is_v6 = network.find(':') != std::string_view::npos;
  std::string text{network};
  if (network.find('/') == std::string_view::npos) text += is_v6 ? "/128" : "/32";

  boost::system::error_code failed;
  if (!is_v6) {
    const auto v4 = ip::make_network_v4(text, failed);
    if (failed) return false;
    v4_.push_back(v4.canonical());
    return true;
  }
  const auto v6 = ip::make_network_v6(text, failed);
  if (failed) return false;
  const ip::address_v6 address = without_zone(v6.address());
  if (address.is_v4_mapped() && v6.prefix_length() >= kMappedPrefix) {
    const auto prefix = static_cast<unsigned short>(v6.prefix_length() - kMappedPrefix);
    v4_.push_back(ip::network_v4{ip::make_address_v4(ip::v4_mapped, address), prefix}.canonical());
  } else {
    v6_.push_back(ip::network_v6{address, v6.prefix_length()}.canonical());
  }
  return true;
}

bool NetworkSet::contains(const ip::address& address) const {
  const ip::address wanted = unmapped(address);
  if (wanted.is_v4()) {
    return std::any_of(v4_.begin(), v4_.end(), [v4 = wanted.to_v4()](const ip::network_v4& network) {
      return ip::network_v4{v4, network.prefix_length()}.network() == network.address();
    });
  }
  return std::any_of(v6_.begin(), v6_.end(),
                     [v6 = without_zone(wanted.to_v6())](const ip::network_v6& network) {
                       return ip::network_v6{v6, network.prefix_length()}.network() == network.address();
                     });
}

}  // namespace curt
