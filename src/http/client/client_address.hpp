#pragma once

#include <string_view>

#include <boost/asio/ip/address.hpp>

#include "curt/base/address.hpp"

namespace curt::http {

/// The client's address: the nearest one to us, going back through X-Forwarded-For, that is no trusted proxy.
/// The result is `peer_text` or a part of `forwarded_for`; what is not an address in there ends the walk, as
/// whoever wrote it is not to be trusted further.
[[nodiscard]] std::string_view client_address(const boost::asio::ip::address& peer,
                                              std::string_view peer_text, std::string_view forwarded_for,
                                              const NetworkSet& trusted);

}  // namespace curt::http
