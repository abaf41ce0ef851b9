#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace curt::limits {

/// Which hosts an entry of a list stands for.
enum class Reach : std::uint8_t {
  exact,  ///< this host alone
  below,  ///< this host and all below it
};

/// An entry of a set that a host matches.
struct HostMatch {
  std::string_view entry;  ///< lives as long as the set
  Reach reach = Reach::exact;
};

/// A large set of hosts: names lie one after the other in one block of memory, found by a table of hashes
/// with open addressing. A million names of 20 bytes take 38 MiB, and looking one up is one cache miss in the
/// table for the host and for each domain above it. Const calls are thread-safe.
///
/// Hosts are written as TargetUrl writes them, and as host_key() leaves them.
class HostSet {
 public:
  /// The longest host: a name of DNS (RFC 1035, section 2.3.4), and longer than any address.
  static constexpr std::size_t kMaxHost = 253;

  HostSet();

  /// Makes room for hosts of so many bytes together, so that adding them moves nothing.
  void reserve(std::size_t bytes);

  /// Adds a host of 1 to kMaxHost bytes; false where it was there. What was there as `exact` becomes `below`
  /// where that is added. Throws std::length_error where the names together would take over 4 GiB.
  bool add(std::string_view host, Reach reach);

  /// The entry that the host matches: its own, or that of the nearest domain above it that stands for all
  /// below. Does not allocate.
  [[nodiscard]] std::optional<HostMatch> match(std::string_view host) const noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Bytes of memory that it takes.
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  /// A place of the table: the hash tells most strangers apart, so that their names are not read.
  struct Place {
    std::uint32_t hash = 0;
    std::uint32_t offset = kFree;  ///< of the entry in text_
  };
  static constexpr std::uint32_t kFree = UINT32_MAX;

  [[nodiscard]] std::uint32_t hash_of(std::string_view host) const noexcept;
  /// The place of the host, or the free one where it belongs. There must be places.
  [[nodiscard]] std::size_t place_of(std::string_view host, std::uint32_t hash) const noexcept;
  [[nodiscard]] std::string_view name_at(std::uint32_t offset) const noexcept;
  [[nodiscard]] Reach reach_at(std::uint32_t offset) const noexcept;
  void grow();

  std::uint64_t seed_;
  std::size_t size_ = 0;
  std::vector<char> text_;  ///< of each entry its reach, its length, its bytes
  std::vector<Place> table_;
};

/// The host as lists are asked for it: without a dot at its end, and an IPv4 address that is mapped into IPv6
/// (RFC 4291, section 2.5.5.2) as the IPv4 address that it is. The text lives in `host` or in `room`.
class HostKey {
 public:
  explicit HostKey(std::string_view host) noexcept;
  HostKey(const HostKey&) = delete;
  HostKey& operator=(const HostKey&) = delete;

  [[nodiscard]] std::string_view view() const noexcept { return view_; }

 private:
  static constexpr std::size_t kLongestIpv4 = 15;
  char room_[kLongestIpv4 + 1]{};  // NOLINT(modernize-avoid-c-arrays): inet_ntop writes here
  std::string_view view_;
};

}  // namespace curt::limits
