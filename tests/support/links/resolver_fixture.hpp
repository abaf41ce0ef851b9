#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include <gtest/gtest.h>

#include "curt/cache/local/local_link_cache.hpp"
#include "curt/links/doubt.hpp"
#include "curt/links/resolver.hpp"

#include "support/fakes/fake_link_store.hpp"
#include "support/fakes/fake_shared_cache.hpp"
#include "support/manual_clock.hpp"
#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/stepped_calls.hpp"
#include "support/store/link_store_contract.hpp"

namespace curt::links {

/// A resolver with the cache of this process, over a store and by a clock that the test steers.
class ResolverFixture : public testing::Test {
 protected:
  using Calls = test::SteppedCalls<CacheEntry>;
  using Outcome = Calls::Outcome;

  /// How long the shared cache is believed while it is in doubt; another time than the local cache's.
  static constexpr std::chrono::minutes kStaleMax{10};

  ResolverFixture() : ResolverFixture(nullptr) {}
  explicit ResolverFixture(SharedLinkCache* shared, std::chrono::milliseconds patience = Resolver::kPatience)
      : resolver_(store_, cache_, shared, doubt_, clock_, metrics_, patience) {}

  /// A lookup that waits keeps its reading alive, so all must land.
  void TearDown() override {
    store_.release_all();
    go_on();
  }

  /// Begins a lookup and goes as far as it gets; the outcome fills when it ends.
  Outcome& start(std::string_view code) { return start(code, call_); }
  Outcome& start(std::string_view code, Call& call) {
    return calls_.start(resolver_.load(call, test::code_of(code)));
  }
  void go_on() { calls_.go_on(); }

  /// Lets the oldest reading that is under way end.
  void release() {
    store_.release_first();
    go_on();
  }

  /// A lookup from its beginning to its end.
  result<CacheEntry> load(std::string_view code) {
    return test::run(resolver_.load(call_, test::code_of(code)));
  }

  std::optional<CacheEntry> cached(std::string_view code) {
    return resolver_.cached(test::code_of(code), clock_.steady_now());
  }
  bool is_cached(std::string_view code) { return cached(code).has_value(); }

  /// Lets the caches learn what the store knows of the code.
  void remember(std::string_view code) {
    ASSERT_TRUE(load(code));
    ASSERT_TRUE(is_cached(code));
  }

  Calls calls_;
  Metrics metrics_;
  test::FakeLinkStore store_;
  test::FakeSharedCache shared_;  ///< used by SharedResolverFixture alone
  test::ManualClock clock_{test::kNow};
  cache::LocalLinkCache cache_{{}, metrics_};
  Doubt doubt_{kStaleMax, clock_.steady_now()};
  Resolver resolver_;
  Call call_{Deadline::in(test::patience())};
};

/// With a cache beside it that it shares with other instances and does not doubt.
class SharedResolverFixture : public ResolverFixture {
 protected:
  SharedResolverFixture() : ResolverFixture(&shared_) { doubt_.found_none(clock_.steady_now()); }
};

}  // namespace curt::links
