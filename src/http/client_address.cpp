#include "http/client_address.hpp"

#include <string>

#include "curt/base/text.hpp"

namespace curt::http {

std::string_view client_address(const boost::asio::ip::address& peer, std::string_view peer_text,
                                std::string_view forwarded_for, const NetworkSet& trusted) {
  if (forwarded_for.empty() || !trusted.contains(peer)) return peer_text;
  std::string_view nearest = peer_text;
  std::string_view rest = forwarded_for;
  for (;;) {
    const std::size_t comma = rest.rfind(',');
    const std::string_view hop = trim_blanks(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
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
