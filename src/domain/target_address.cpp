#include "domain/target_address.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <system_error>

#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <fmt/format.h>

namespace curt {
namespace {

namespace urls = boost::urls;

/// One part of an IPv4 address: decimal, octal after "0", hexadecimal after "0x". "0x" alone is 0.
std::optional<std::uint64_t> parse_ipv4_part(std::string_view part) {
  if (part.empty()) return std::nullopt;
  int base = 10;
  if (part.starts_with("0x")) {
    base = 16;
    part.remove_prefix(2);
    if (part.empty()) return 0;
  } else if (part.size() > 1 && part.front() == '0') {
    base = 8;
    part.remove_prefix(1);
  }
  std::uint64_t value = 0;
  const char* const begin = part.data();
  const char* const end = begin + part.size();
  const auto [stopped, error] = std::from_chars(begin, end, value, base);
  if (stopped != end || error == std::errc::invalid_argument) return std::nullopt;
  return error == std::errc{} ? value : std::numeric_limits<std::uint64_t>::max();
}

/// RFC 5952, section 4, without the dotted tail of section 5, which browsers do not write. Not Boost's
/// to_string(), which writes that tail, and "::" for a single zero.
std::string write_ipv6(const urls::ipv6_address::bytes_type& bytes) {
  std::array<int, 8> pieces{};
  for (std::size_t i = 0; i < 8; ++i) pieces[i] = bytes[2 * i] << 8 | bytes[2 * i + 1];

  std::size_t gap = 8;  // the first of the longest runs of at least two zeros
  std::size_t gap_size = 1;
  for (std::size_t i = 0, run = 0; i < 8; ++i) {
    run = pieces[i] == 0 ? run + 1 : 0;
    if (run > gap_size) {
      gap = i + 1 - run;
      gap_size = run;
    }
  }

  std::string out = "[";
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      out += "::";
      i += gap_size - 1;
    } else {
      out += fmt::format("{}{:x}", out.back() == '[' || out.back() == ':' ? "" : ":", pieces[i]);
    }
  }
  return out + ']';
}

}  // namespace

bool is_meant_as_ipv4(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string_view last = host.substr(host.rfind('.') + 1);
  const bool digits = !last.empty() && last.find_first_not_of("0123456789") == std::string_view::npos;
  return digits || (last.starts_with("0x") && parse_ipv4_part(last).has_value());
}

result<std::string> normalise_ipv4(std::string_view host) {
  Error refused =
      invalid_field("url", fmt::format("has the host {:.64}, which is not an IPv4 address", host));
  if (host.ends_with('.')) host.remove_suffix(1);
  std::uint64_t address = 0;
  for (int bytes_left = 4; bytes_left > 0; --bytes_left) {
    const std::size_t dot = host.find('.');
    const std::optional<std::uint64_t> part = parse_ipv4_part(host.substr(0, dot));
    if (!part) return refused;
    if (dot == std::string_view::npos) {  // the last part fills all bytes that are left
      if (*part >> (8 * bytes_left) != 0) return refused;
      address |= *part;
      return urls::ipv4_address(static_cast<std::uint32_t>(address)).to_string();
    }
    if (*part > 255) return refused;
    address |= *part << (8 * (bytes_left - 1));
    host.remove_prefix(dot + 1);
  }
  return refused;
}

result<std::string> normalise_ipv6(std::string_view literal) {
  const bool in_brackets = literal.starts_with('[') && literal.ends_with(']');
  const auto address = urls::parse_ipv6_address(in_brackets ? literal.substr(1, literal.size() - 2) : "");
  if (!address) {
    return invalid_field("url", fmt::format("has the host {:.64}, which is not an IPv6 address", literal));
  }
  return write_ipv6(address->to_bytes());
}

}  // namespace curt
