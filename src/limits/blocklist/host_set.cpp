#include "curt/limits/blocklist/host_set.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <xxhash.h>

#include "curt/base/random.hpp"

namespace curt::limits {
namespace {

constexpr std::size_t kHeader = 2;  // reach and length
constexpr std::size_t kFewestPlaces = 16;

/// At most three quarters of the table are taken, so that a stranger is found out soon.
constexpr bool is_full(std::size_t taken, std::size_t places) noexcept { return taken * 4 >= places * 3; }

}  // namespace

HostSet::HostSet() : seed_(FastRandom{}.next()) {}

void HostSet::reserve(std::size_t bytes) { text_.reserve(bytes); }

std::uint32_t HostSet::hash_of(std::string_view host) const noexcept {
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(host.data(), host.size(), seed_));
}

std::string_view HostSet::name_at(std::uint32_t offset) const noexcept {
  const auto length = static_cast<unsigned char>(text_[offset + 1]);
  return {text_.data() + offset + kHeader, length};
}

Reach HostSet::reach_at(std::uint32_t offset) const noexcept { return static_cast<Reach>(text_[offset]); }

std::size_t HostSet::place_of(std::string_view host, std::uint32_t hash) const noexcept {
  const std::size_t mask = table_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Place& place = table_[at];
    if (place.offset == kFree) return at;
    if (place.hash == hash && name_at(place.offset) == host) return at;
  }
}

void HostSet::grow() {
  const std::vector<Place> former = std::move(table_);
  table_ = std::vector<Place>(std::max(former.size() * 2, kFewestPlaces));
  const std::size_t mask = table_.size() - 1;
  for (const Place& place : former) {
    if (place.offset == kFree) continue;
    std::size_t at = place.hash & mask;
    while (table_[at].offset != kFree) at = (at + 1) & mask;
    table_[at] = place;
  }
}

bool HostSet::add(std::string_view host, Reach reach) {
  if (is_full(size_ + 1, table_.size())) grow();
  const std::uint32_t hash = hash_of(host);
  Place& place = table_[place_of(host, hash)];
  if (place.offset != kFree) {
    if (reach == Reach::below) text_[place.offset] = static_cast<char>(Reach::below);
    return false;
  }
  if (text_.size() + kHeader + host.size() >= kFree) throw std::length_error{"too many hosts"};
  place = {hash, static_cast<std::uint32_t>(text_.size())};
  text_.push_back(static_cast<char>(reach));
  text_.push_back(static_cast<char>(static_cast<unsigned char>(host.size())));
  text_.insert(text_.end(), host.begin(), host.end());
  ++size_;
  return true;
}

std::optional<HostMatch> HostSet::match(std::string_view host) const noexcept {
  if (size_ == 0 || host.size() > kMaxHost) return std::nullopt;
  for (bool is_above = false;; is_above = true) {
    const std::uint32_t offset = table_[place_of(host, hash_of(host))].offset;
    if (offset != kFree && !(is_above && reach_at(offset) == Reach::exact)) {
      return HostMatch{name_at(offset), reach_at(offset)};
    }
    const std::size_t dot = host.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    host.remove_prefix(dot + 1);
  }
}

std::size_t HostSet::bytes() const noexcept { return text_.capacity() + table_.capacity() * sizeof(Place); }

HostKey::HostKey(std::string_view host) noexcept : view_(host) {
  constexpr std::string_view kMapped = "[::ffff:";
  if (host.ends_with('.')) view_.remove_suffix(1);
  if (!host.starts_with(kMapped) || host.size() > INET6_ADDRSTRLEN) return;
  std::array<char, INET6_ADDRSTRLEN + 1> text{};
  std::copy(host.begin() + 1, host.end() - 1, text.begin());
  std::array<unsigned char, sizeof(in6_addr)> address{};
  constexpr std::size_t kPrefix = 12;
  if (::inet_pton(AF_INET6, text.data(), address.data()) != 1) return;
  constexpr std::array<unsigned char, kPrefix> kIsMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (!std::equal(kIsMapped.begin(), kIsMapped.end(), address.begin())) return;
  if (::inet_ntop(AF_INET, address.data() + kPrefix, room_, sizeof room_) != nullptr) view_ = room_;
}

}  // namespace curt::limits
