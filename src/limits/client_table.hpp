#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "curt/limits/budget.hpp"
#include "curt/limits/gcra.hpp"
#include "curt/limits/subject.hpp"

namespace curt::limits {

/// A fixed number of places, each for a time of one budget of one client. All times of a client lie in one
/// row of a few places; where a row is full, the time that comes first gives way, which is the one that says
/// least. Nothing is allocated after the start. Thread-safe: many locks, each for a part of the rows.
class ClientTable {
 public:
  struct Place {
    Subject who;
    Budget budget{};
    std::uint16_t under_way = 0;  ///< requests that may be charged to it, as the table's owner counts them
    std::uint32_t epoch = 0;      ///< tells which requests those are, as the table's owner defines it
    Ticks time{Ticks::min()};
  };

  /// `places` is a multiple of kShards * kRow. With a `seed` that nobody knows, nobody can choose clients
  /// that share a row.
  ClientTable(std::size_t places, std::uint64_t seed);
  ~ClientTable();
  ClientTable(const ClientTable&) = delete;
  ClientTable& operator=(const ClientTable&) = delete;

  /// The places where times of one client are, locked for as long as this lives.
  class Row {
   public:
    /// Null where there is no time of the budget. Valid until place() is called.
    [[nodiscard]] Place* find(Budget budget) const noexcept;

    /// Its place, made where there is none.
    Place& place(Budget budget) noexcept;

    /// Its place. Where there is none, one is made with the time `now`, unless all places of the row have
    /// later times or requests under way: then null.
    [[nodiscard]] Place* find_or_take(Budget budget, Ticks now) noexcept;

   private:
    friend class ClientTable;
    Row(std::mutex& mutex, std::span<Place> places, const Subject& who)
        : lock_(mutex), places_(places), who_(who) {}

    std::unique_lock<std::mutex> lock_;
    std::span<Place> places_;
    Subject who_;
  };

  [[nodiscard]] Row row_of(const Subject& who);

  /// How many times lie after this one.
  [[nodiscard]] std::size_t count_after(Ticks now) const;

  static constexpr std::size_t kShards = 64;
  static constexpr std::size_t kRow = 8;

 private:
  struct alignas(64) Shard {
    mutable std::mutex mutex;
  };

  [[nodiscard]] std::span<Place> places_of(std::size_t shard, std::size_t row) const noexcept;

  const std::uint64_t seed_;
  const std::size_t rows_;  ///< of each shard
  std::unique_ptr<std::array<Shard, kShards>> shards_;
  std::unique_ptr<Place[]> places_;  // NOLINT(cppcoreguidelines-avoid-c-arrays,modernize-avoid-c-arrays)
};

}  // namespace curt::limits
