#include <atomic>
#include <chrono>
#include <future>
#include <vector>

#include <gtest/gtest.h>

#include "curt/links/visit_budget.hpp"

#include "support/core_threads.hpp"
#include "support/store/sqlite_store.hpp"

namespace curt::links {
namespace {

using VisitBudgetThreads = test::SqliteStoreTest;

TEST_F(VisitBudgetThreads, ManyAtOnceGetExactlyWhatThereIs) {
  constexpr std::size_t kCores = 4;
  constexpr int kVisitors = 50;  // on each core
  constexpr int kMost = 150;
  const auto store = open().value();
  NewLink link = test::new_link("rush", "https://example.com/");
  link.settings.max_visits = kMost;
  Call creating = call_within();
  ASSERT_TRUE(test::run(store->create(creating, test::request_for(link))));

  const SystemClock clock;
  VisitBudget budget{*store, clock, metrics_};
  std::atomic<int> granted{0};
  std::atomic<int> spent{0};
  const auto visit = [&]() -> awaitable<void> {
    Call call = call_within();
    const VisitBudget::Outcome outcome = co_await budget.spend(call, test::code_of("rush"));
    ++(outcome ? granted : spent);
    if (!outcome) {
      EXPECT_EQ(outcome.error().code, ErrorCode::spent);
    }
  };
  {
    test::CoreThreads cores{kCores};
    std::vector<std::future<void>> visits;
    for (int i = 0; i < kVisitors; ++i) {
      for (std::size_t core = 0; core < kCores; ++core) visits.push_back(cores.spawn(core, visit()));
    }
    for (auto& one : visits) one.get();
  }
  EXPECT_EQ(granted, kMost);
  EXPECT_EQ(spent, static_cast<int>(kCores) * kVisitors - kMost);
  EXPECT_EQ(find(*store, "rush").value().spent, kMost);
}

}  // namespace
}  // namespace curt::links
