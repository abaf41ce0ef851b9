#pragma once

#include <string_view>

#include <boost/asio/ip/address.hpp>

#include "curt/base/address.hpp"

namespace curt::http {

/// Who asks, as far as that is known.
struct ClientAddress {
  std::string_view text;        ///< an address without a port
  std::string_view unreadable;  ///< the hop that a trusted proxy named and that is no address; else empty
};

/// The client's address: the nearest one to us, going back through X-Forwarded-For, that is no trusted proxy.
/// `text` is `peer_text` or a part of `forwarded_for`. What is not an address in there ends the walk, as
/// whoever wrote it is not to be trusted further; empty members of the list are none (RFC 9110, section
/// 5.6.1.2). A hop may have a port, brackets, a zone, and quotation marks around it all.
[[nodiscard]] ClientAddress client_address(const boost::asio::ip::address& peer, std::string_view peer_text,
                                           std::string_view forwarded_for, const NetworkSet& trusted);

}  // namespace curt::http
