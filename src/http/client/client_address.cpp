#include "http/client/client_address.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <optional>

#include "curt/base/text.hpp"

namespace curt::http {
namespace {

namespace ip = boost::asio::ip;

/// The longest text of an address (INET6_ADDRSTRLEN): what is longer need not be looked at.
constexpr std::size_t kLongest = 45;

/// The address of a hop, which some proxies write with the client's port: 192.0.2.1:5555, [2001:db8::1]:443.
/// Azure does, and RFC 7239, section 6, has the form for IPv6. Quotation marks come from those who write the
/// header as that RFC has Forwarded.
std::string_view without_port(std::string_view hop) noexcept {
  if (hop.size() >= 2 && hop.front() == '"' && hop.back() == '"')
    hop = trim_blanks(hop.substr(1, hop.size() - 2));
  if (hop.starts_with('[')) {
    const std::size_t end = hop.find(']');
    const bool ends_well = end + 1 == hop.size() || (end != std::string_view::npos && hop[end + 1] == ':');
    return ends_well ? hop.substr(1, end - 1) : std::string_view{};
  }
  const std::size_t colon = hop.find(':');
  const bool is_only_one =
      colon != std::string_view::npos && hop.find(':', colon + 1) == std::string_view::npos;
  return is_only_one ? hop.substr(0, colon) : hop;
}

/// Whether the text could name a zone: an interface, or its number (RFC 4007, section 11.2).
bool is_zone(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-' || c == '~' || c == '%';
  });
}

/// The address without its zone, which means something only on the machine that wrote it.
std::string_view without_zone(std::string_view address) noexcept {
  const std::size_t sign = address.find('%');
  const bool has_zone = sign != std::string_view::npos && is_zone(address.substr(sign + 1));
  return has_zone ? address.substr(0, sign) : address;
}

/// One hop, read.
struct Hop {
  std::string_view text;
  ip::address address;
};

std::optional<Hop> read_hop(std::string_view hop) {
  std::string_view text = without_zone(without_port(hop));
  std::array<char, kLongest + 1> terminated{};
  // Asio takes anything behind a percent sign for a zone.
  if (text.empty() || text.size() > kLongest || text.find('%') != std::string_view::npos) return std::nullopt;
  std::memcpy(terminated.data(), text.data(), text.size());
  boost::system::error_code error;
  const ip::address address = ip::make_address(terminated.data(), error);
  // A zero byte would end the text for Asio before it ends for us.
  if (error || std::strlen(terminated.data()) != text.size()) return std::nullopt;
  // Of an IPv4 address that is written as an IPv6 one, ::ffff:192.0.2.1, what visitors are known by
  // elsewhere.
  if (address.is_v6() && address.to_v6().is_v4_mapped() && text.find('.') != std::string_view::npos) {
    text = text.substr(text.rfind(':') + 1);
  }
  return Hop{text, address};
}

}  // namespace

ClientAddress client_address(const ip::address& peer, std::string_view peer_text,
                             std::string_view forwarded_for, const NetworkSet& trusted) {
  ClientAddress nearest{peer_text, {}};
  if (forwarded_for.empty() || !trusted.contains(peer)) return nearest;
  std::string_view rest = forwarded_for;
  for (bool is_trusted = true; is_trusted && !rest.empty();) {
    const std::size_t comma = rest.rfind(',');
    const bool is_last = comma == std::string_view::npos;
    const std::string_view member = trim_blanks(is_last ? rest : rest.substr(comma + 1));
    rest = rest.substr(0, is_last ? 0 : comma);
    if (member.empty()) continue;
    const auto hop = read_hop(member);
    if (!hop) return {nearest.text, member};
    nearest.text = hop->text;
    is_trusted = trusted.contains(hop->address);
  }
  return nearest;
}

}  // namespace curt::http
