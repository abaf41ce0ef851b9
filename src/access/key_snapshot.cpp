#include "access/key_snapshot.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace curt::access {
namespace {

template <class Number>
Number read_big_endian(const char* from) noexcept {
  Number number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    number = static_cast<Number>((number << 8U) | static_cast<unsigned char>(from[i]));
  }
  return number;
}

}  // namespace

KnownKey::KnownKey(const Key& key)
    : id(key.id),
      secret(key.secret),
      previous(key.previous.value_or(key.secret)),
      previous_until(key.previous_until.value_or(Timestamp::min())),
      expires_at(key.expires_at.value_or(kLatestTimestamp)),
      revoked(key.revoked_at.has_value()),
      own(key.own),
      scopes(key.scopes),
      change(key.change),
      last_use(std::make_shared<std::atomic<std::int64_t>>(0)) {}

KeySnapshot::KeySnapshot(std::vector<KnownKey> keys) : keys_(std::move(keys)) {
  std::ranges::sort(keys_, {}, &KnownKey::id);
  places_.reserve(keys_.size());
  for (const KnownKey& key : keys_) places_.push_back(place_of(key.id));
}

KeySnapshot::Place KeySnapshot::place_of(const KeyId& id) noexcept {
  static_assert(KeyId::kLength == sizeof(std::uint64_t) + sizeof(std::uint32_t));
  const char* const text = id.view().data();
  return {read_big_endian<std::uint64_t>(text), read_big_endian<std::uint32_t>(text + sizeof(std::uint64_t))};
}

KeySnapshot::Found KeySnapshot::look_up(const KeyId& id) const noexcept {
  if (places_.empty()) return {nullptr, false};
  const Place wanted = place_of(id);
  // A binary search without a branch that depends on the id.
  const Place* place = places_.data();
  for (std::size_t left = places_.size(); left > 1;) {
    const std::size_t half = left / 2;
    const Place& middle = place[half];
    const auto is_after =
        static_cast<unsigned>(middle.high < wanted.high) |
        (static_cast<unsigned>(middle.high == wanted.high) & static_cast<unsigned>(middle.low <= wanted.low));
    place += half * is_after;
    left -= half;
  }
  const auto has_id = static_cast<std::size_t>(static_cast<unsigned>(place->high == wanted.high) &
                                               static_cast<unsigned>(place->low == wanted.low));
  // The neighbours of large gaps would be read more often than others, and be found in a nearer cache.
  constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15;
  const std::uint64_t mixed = ((wanted.high ^ wanted.low) * kMix) >> 32U;
  const std::size_t any = (mixed * places_.size()) >> 32U;
  const auto at = static_cast<std::size_t>(place - places_.data());
  return {keys_.data() + (has_id * at + (1 - has_id) * any), has_id == 1};
}

const KnownKey* KeySnapshot::find(const KeyId& id) const noexcept {
  const Found found = look_up(id);
  return found.has_id ? found.key : nullptr;
}

}  // namespace curt::access
