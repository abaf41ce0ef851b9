#include "limits/client_table.hpp"

#include <algorithm>
#include <stdexcept>

namespace curt::limits {

ClientTable::ClientTable(std::size_t places, std::uint64_t seed)
    : seed_(seed),
      rows_(places / kShards / kRow),
      shards_(std::make_unique<std::array<Shard, kShards>>()),
      places_(std::make_unique<Place[]>(places)) {  // NOLINT(modernize-avoid-c-arrays)
  if (rows_ == 0 || rows_ * kShards * kRow != places) {
    throw std::invalid_argument{"a table of clients has whole rows only"};
  }
}

ClientTable::~ClientTable() = default;

std::span<ClientTable::Place> ClientTable::places_of(std::size_t shard, std::size_t row) const noexcept {
  return {places_.get() + (shard * rows_ + row) * kRow, kRow};
}

ClientTable::Row ClientTable::row_of(const Subject& who) {
  const std::uint64_t hash = who.hash(seed_);
  const auto shard = static_cast<std::size_t>(hash % kShards);
  const auto row = static_cast<std::size_t>(hash / kShards % rows_);
  return {(*shards_)[shard].mutex, places_of(shard, row), who};
}

std::size_t ClientTable::count_after(Ticks now) const {
  std::size_t count = 0;
  for (std::size_t shard = 0; shard < kShards; ++shard) {
    const std::lock_guard lock{(*shards_)[shard].mutex};
    for (std::size_t row = 0; row < rows_; ++row) {
      count += static_cast<std::size_t>(std::ranges::count_if(
          places_of(shard, row), [now](const Place& place) { return place.time > now; }));
    }
  }
  return count;
}

ClientTable::Place* ClientTable::Row::find(Budget budget) const noexcept {
  const auto found = std::ranges::find_if(places_, [this, budget](const Place& place) {
    return place.budget == budget && place.time != Ticks::min() && place.who == who_;
  });
  return found == places_.end() ? nullptr : &*found;
}

ClientTable::Place& ClientTable::Row::place(Budget budget) noexcept {
  if (Place* const found = find(budget)) return *found;
  Place& first = *std::ranges::min_element(places_, {}, &Place::time);
  first = {who_, budget, 0, 0, Ticks::min()};
  return first;
}

ClientTable::Place* ClientTable::Row::find_or_take(Budget budget, Ticks now) noexcept {
  if (Place* const found = find(budget)) return found;
  const auto is_free = [now](const Place& place) { return place.time <= now && place.under_way == 0; };
  const auto free = std::ranges::find_if(places_, is_free);
  if (free == places_.end()) return nullptr;
  *free = {who_, budget, 0, 0, now};
  return &*free;
}

}  // namespace curt::limits
