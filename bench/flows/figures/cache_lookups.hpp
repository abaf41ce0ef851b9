#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flows/options.hpp"
#include "flows/wire/asker.hpp"

namespace flows {

/// Lookups of codes for redirects, by where they were found (curt_cache_lookups_total).
struct CacheLookups {
  std::uint64_t local_hits = 0, local_misses = 0, redis_hits = 0, redis_misses = 0;

  void add(const CacheLookups& others);
  /// The part that was found in the process, and the part that was found there or in Redis; 0 without
  /// lookups.
  [[nodiscard]] double local_rate() const;
  [[nodiscard]] double rate() const;
};

/// From a page in Prometheus' text format.
[[nodiscard]] CacheLookups parse_lookups(std::string_view page);

/// What was looked up since; a counter that has become less began again from nothing.
[[nodiscard]] CacheLookups since(const CacheLookups& before, const CacheLookups& now);

/// The counters of several instances.
class CacheCounters {
 public:
  CacheCounters(Loop& loop, const std::vector<Address>& pages) : loop_{loop}, pages_{pages} {}

  void begin() { before_ = read(); }
  /// All instances together; those that could not be read, now or before, are counted in `unread`.
  [[nodiscard]] CacheLookups end(std::size_t& unread);

 private:
  [[nodiscard]] std::vector<std::optional<CacheLookups>> read();

  Loop& loop_;
  const std::vector<Address>& pages_;
  std::vector<std::optional<CacheLookups>> before_;
};

}  // namespace flows
