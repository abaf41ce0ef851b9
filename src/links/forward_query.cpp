#include "curt/links/forward_query.hpp"

namespace curt::links {
namespace {

bool needs_encoding(unsigned char byte) noexcept {
  return byte <= 0x20 || byte >= 0x7f || byte == '"' || byte == '#' || byte == '<' || byte == '>' ||
         byte == '\'';
}

void append_encoded(std::string_view query, std::string& out) {
  for (const char c : query) {
    const auto byte = static_cast<unsigned char>(c);
    if (needs_encoding(byte)) {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xfU];
    } else {
      out += c;
    }
  }
}

}  // namespace

std::string with_query(std::string_view target, std::string_view query) {
  const std::size_t fragment = target.find('#');
  const std::string_view before = target.substr(0, fragment);
  std::string out{before};
  const std::size_t mark = before.find('?');
  if (mark == std::string_view::npos) {
    out += '?';
  } else if (before.back() != '?' && before.back() != '&') {
    out += '&';
  }
  append_encoded(query, out);
  if (fragment != std::string_view::npos) out.append(target.substr(fragment));
  return out;
}

}  // namespace curt::links
