#include "http/client/client_address.hpp"

#include <string>

#include "curt/base/text.hpp"

namespace curt::http {
namespace {

/// The address of a hop, which some proxies write with the client's port: 192.0.2.1:5555, [2001:db8::1]:443.
std::string_view without_port(std::string_view hop) noexcept {
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

}  // namespace

std::string_view client_address(const boost::asio::ip::address& peer, std::string_view peer_text,
                                std::string_view forwarded_for, const NetworkSet& trusted) {
  if (forwarded_for.empty() || !trusted.contains(peer)) return peer_text;
  std::string_view nearest = peer_text;
  std::string_view rest = forwarded_for;
  for (;;) {
    const std::size_t comma = rest.rfind(',');
    const std::string_view hop =
        without_port(trim_blanks(comma == std::string_view::npos ? rest : rest.substr(comma + 1)));
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string{hop}, error);
    // A zone means something only on the machine that wrote it, and Asio takes anything for one.
    if (error || hop.find('%') != std::string_view::npos) return nearest;
    nearest = hop;
    if (!trusted.contains(address) || comma == std::string_view::npos) return nearest;
    rest = rest.substr(0, comma);
  }
}

}  // namespace curt::http
