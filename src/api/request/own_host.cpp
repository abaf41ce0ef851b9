#include "api/request/own_host.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/beast/core/string.hpp>

namespace curt::api {
namespace {

/// "[::1]:8080" and "localhost:8080" without the port.
std::string_view without_port(std::string_view host) noexcept {
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  return has_port ? host.substr(0, colon) : host;
}

bool is_localhost(std::string_view name) noexcept {
  constexpr std::string_view kLocalhost = "localhost";
  if (name.size() > kLocalhost.size()) {
    const std::size_t dot = name.size() - kLocalhost.size() - 1;
    return name[dot] == '.' && boost::beast::iequals(name.substr(dot + 1), kLocalhost);
  }
  return boost::beast::iequals(name, kLocalhost);
}

bool is_address(std::string_view name) noexcept {
  if (name.starts_with('[')) return true;
  boost::system::error_code error;
  boost::asio::ip::make_address_v4(name, error);
  return !error;
}

}  // namespace

bool is_own_host(std::string_view host, std::string_view base_url) noexcept {
  const std::string_view name = without_port(host);
  if (name.empty() || is_address(name) || is_localhost(name)) return true;
  if (base_url.empty()) return false;
  const std::string_view own = base_url.substr(base_url.find("://") + 3);
  return boost::beast::iequals(name, without_port(own));
}

}  // namespace curt::api
