#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "curt/cache/local/local_link_cache.hpp"

#include "support/store/link_store_contract.hpp"

namespace curt::cache {

using links::CacheEntry;
using test::code_of;
using Kind = CacheEntry::Kind;

/// When the tests begin.
inline constexpr SteadyTime kNow{std::chrono::hours{1}};

inline CacheEntry found(std::int64_t version = 1, std::string target = "https://example.com/") {
  auto link = std::make_shared<links::RedirectLink>();
  link->target = std::move(target);
  link->version = version;
  return {Kind::found, std::move(link), version};
}

inline CacheEntry not_found() { return {Kind::not_found, nullptr, 0}; }

inline CacheEntry gone(std::int64_t version) { return {Kind::gone, nullptr, version}; }

class LocalLinkCacheTest : public testing::Test {
 protected:
  explicit LocalLinkCacheTest(LocalCacheOptions options = {}) : cache_(options, metrics_) {}

  bool fill(std::string_view code, CacheEntry entry, SteadyTime now = kNow) {
    const links::FillTicket ticket = cache_.begin_fill(code_of(code), now);
    return cache_.fill(code_of(code), ticket, std::move(entry), now);
  }

  std::optional<CacheEntry> find(std::string_view code, SteadyTime now = kNow) {
    return cache_.find(code_of(code), now);
  }

  Metrics metrics_;
  LocalLinkCache cache_;
};

}  // namespace curt::cache
