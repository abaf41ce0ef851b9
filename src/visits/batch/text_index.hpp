#pragma once

#include <cstdint>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>
#include <xxhash.h>

namespace curt::visits {

/// Numbers texts as they come, for a table that the caller keeps. Allocates nothing once it is as big as
/// it gets, and compares whole texts only where their hashes agree.
class TextIndex {
 public:
  /// The number of this text, which is `next` if `same(number)` says of none that it is the one.
  template <class Same>
  std::uint32_t find_or_add(std::string_view text, std::uint64_t salt, std::uint32_t next, Same same) {
    for (std::uint64_t seed = salt;; seed = ~seed * 31) {
      const auto [entry, added] =
          numbers_.try_emplace(XXH3_64bits_withSeed(text.data(), text.size(), seed), next);
      if (added || same(entry->second)) return entry->second;
    }
  }

  void clear() { numbers_.clear(); }

 private:
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> numbers_;
};

}  // namespace curt::visits
