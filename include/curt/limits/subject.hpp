#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "curt/domain/key_id.hpp"

namespace curt::limits {

/// Whose budget it is: an API key, or a client's address. Of an IPv6 address the first 64 bits alone count,
/// as one subscriber has all the others. A small value.
class Subject {
 public:
  /// What no client is; a place to assign to.
  Subject() = default;

  [[nodiscard]] static Subject of_key(const KeyId& key) noexcept;

  /// An IPv4 address that is mapped into IPv6 (::ffff:192.0.2.1, RFC 4291 section 2.5.5.2) is the IPv4
  /// address that it is. All texts that are no address are one client. Allocates nothing.
  [[nodiscard]] static Subject of_client(std::string_view address) noexcept;

  [[nodiscard]] bool is_key() const noexcept { return bytes_[0] == api_key; }

  /// As keys of Redis have it: "key:2AbCdEfGhIjK", "192.0.2.1", "2001:db8:1:2::/64", "unknown".
  [[nodiscard]] std::string text() const;

  [[nodiscard]] std::uint64_t hash(std::uint64_t seed) const noexcept;

  friend bool operator==(const Subject&, const Subject&) noexcept = default;

 private:
  enum Kind : unsigned char { none, api_key, ipv4, ipv6 };

  std::array<unsigned char, 1 + KeyId::kLength> bytes_{};  ///< the kind, then what tells it from others
};

}  // namespace curt::limits
