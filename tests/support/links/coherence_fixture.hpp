#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "curt/cache/local/local_link_cache.hpp"
#include "curt/links/cache_coherence.hpp"

#include "support/fakes/fake_link_store.hpp"
#include "support/fakes/fake_outbox.hpp"
#include "support/fakes/fake_shared_cache.hpp"
#include "support/manual_clock.hpp"
#include "support/metric_value.hpp"
#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/link_store_contract.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {

/// What keeps the caches of one instance true, between an outbox and a shared cache that the test steers. It
/// looks in real time, while run_until() runs; the clock goes on with its looks.
class CoherenceTest : public testing::Test {
 protected:
  static constexpr std::chrono::seconds kAbsentTtl{10};

  explicit CoherenceTest(SharedLinkCache* shared) : shared_or_none_(shared) {
    outbox_.on_look([this] { clock_.advance(CacheCoherence::kLookInterval); });
  }

  /// It ends when it is told to, or the test hangs.
  void TearDown() override {
    coherence_.stop();
    context_.restart();
    context_.run();
  }

  void start() { coherence_.start(context_.get_executor()); }

  /// Lets it go on until the condition holds.
  template <class Condition>
  [[nodiscard]] bool run_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + test::patience();
    while (!condition()) {
      if (std::chrono::steady_clock::now() >= end) return false;
      context_.restart();
      context_.run_for(std::chrono::milliseconds{5});
    }
    context_.restart();
    context_.poll();
    return true;
  }

  /// Lets it look so often and do what comes of that at once.
  void look(std::size_t times = 1) {
    const std::size_t before = outbox_.looks();
    ASSERT_TRUE(run_until([&] { return outbox_.looks() >= before + times; }));
  }

  /// Lets it fail to look so often.
  void fail_to_look(std::size_t times) {
    outbox_.be_away(true);
    const std::size_t before = outbox_.failures();
    ASSERT_TRUE(run_until([&] { return outbox_.failures() >= before + times; }));
    outbox_.be_away(false);
  }

  [[nodiscard]] bool loses_doubt() {
    return run_until([&] { return !doubt_.stands(); });
  }

  static Link link_of(std::string_view code, std::int64_t version) {
    return test::stored(code, "https://example.com/" + std::to_string(version), version);
  }

  /// Lets this process remember the codes as links of this version.
  void remember(std::initializer_list<std::string_view> codes, std::int64_t version = 1) {
    for (const std::string_view text : codes) {
      const ShortCode code = test::code_of(text);
      const FillTicket ticket = cache_.begin_fill(code, clock_.steady_now());
      ASSERT_TRUE(cache_.fill(code, ticket, to_cache_entry(link_of(text, version)), clock_.steady_now()));
    }
  }

  [[nodiscard]] bool is_cached(std::string_view code) {
    return cache_.find(test::code_of(code), clock_.steady_now()).has_value();
  }

  [[nodiscard]] std::string metric(const std::string& series) const {
    return test::metric_value(metrics_, series);
  }

  static Change change(std::string_view code, std::int64_t version) { return {test::code_of(code), version}; }

  SharedLinkCache* const shared_or_none_;
  net::io_context context_{1};
  Metrics metrics_;
  test::FakeLinkStore store_;
  test::FakeSharedCache shared_;
  test::FakeOutbox outbox_;
  test::ManualClock clock_{test::kNow};
  cache::LocalLinkCache cache_{{}, metrics_};
  Doubt doubt_{std::chrono::hours{1}, clock_.steady_now()};
  Resolver resolver_{store_, cache_, shared_or_none_, doubt_, clock_, metrics_};
  Announcer announcer_{resolver_, shared_or_none_, doubt_, clock_};
  CacheCoherence coherence_{{.store = store_,
                             .outbox = outbox_,
                             .cache = cache_,
                             .resolver = resolver_,
                             .shared = shared_or_none_,
                             .announcer = announcer_,
                             .doubt = doubt_,
                             .clock = clock_},
                            kAbsentTtl,
                            metrics_};
};

/// With a shared cache that is the one believed.
class SharedCoherenceTest : public CoherenceTest {
 protected:
  SharedCoherenceTest() : CoherenceTest(&shared_) {
    shared_.be("redis 1");
    outbox_.believe_elsewhere("redis 1");
  }

  /// Begins to look, and has nothing to doubt.
  void start_clean() {
    start();
    look();
    ASSERT_FALSE(doubt_.stands());
  }
};

}  // namespace curt::links
