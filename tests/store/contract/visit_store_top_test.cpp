#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "support/store/visit_store_contract.hpp"

namespace curt::test {
namespace {

using std::chrono::days;
using visits::HourRange;
using visits::VisitTotals;

/// A day on which a period of 64 days begins.
constexpr std::int64_t kFirst = 320 * 64;
constexpr std::int64_t kToday = kFirst + 3 * 64 + 20;
constexpr std::size_t kCodes = 12;

std::string name(std::size_t number) { return "L" + std::to_string(number); }

/// Makes visits of some links on each day, and adds them up as plainly as can be.
class CountedVisits {
 public:
  explicit CountedVisits(std::uint32_t seed) : random_(seed) {}

  std::vector<visits::Batch> on_days(std::int64_t begin, std::int64_t end) {
    std::vector<visits::Batch> batches;
    for (std::int64_t day = begin; day < end; ++day) batches.push_back(on(day));
    return batches;
  }

  /// What top() is to answer about these days.
  [[nodiscard]] std::vector<std::string> top(std::int64_t begin, std::int64_t end, std::size_t limit) const {
    std::map<std::string, VisitTotals> sums;
    for (const auto& [key, visits] : visits_) {
      if (key.first < begin || key.first >= end) continue;
      sums[key.second].humans += visits.humans;
      sums[key.second].bots += visits.bots;
    }
    std::vector<std::pair<std::uint64_t, std::string>> order;
    for (const auto& [code, visits] : sums) order.emplace_back(visits.total(), code);
    std::sort(order.rbegin(), order.rend());
    order.resize(std::min(order.size(), limit));
    std::vector<std::string> lines;
    for (const auto& [total, code] : order) {
      lines.push_back(code + " " + std::to_string(sums[code].humans) + "+" + std::to_string(sums[code].bots));
    }
    return lines;
  }

 private:
  visits::Batch on(std::int64_t day) {
    std::vector<visits::VisitCount> counts;
    for (std::size_t i = 0; i < kCodes; ++i) {
      const auto humans = static_cast<std::uint32_t>(random_() % 4);
      const auto bots = static_cast<std::uint32_t>(random_() % 2);
      if (humans + bots == 0) continue;
      counts.push_back(count_of(name(i), humans, bots, day * 24 + static_cast<std::int64_t>(random_() % 24)));
      VisitTotals& sum = visits_[{day, name(i)}];
      sum.humans += humans;
      sum.bots += bots;
    }
    std::sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
    next_ += 100;
    return batch_of(batch_id(next_, 100), std::move(counts));
  }

  std::mt19937 random_;
  std::uint64_t next_ = 0;
  std::map<std::pair<std::int64_t, std::string>, VisitTotals> visits_;
};

using Top = std::function<std::vector<std::string>(HourRange, std::size_t)>;

/// Compares ranges that begin and end anywhere: where periods do, beside it, in one day, beyond today.
void expect_exact(const CountedVisits& visits, const Top& top, const char* when) {
  for (const std::int64_t begin : {-70, -1, 0, 1, 8, 13, 63, 64, 65, 130, 192, 205}) {
    for (const std::int64_t length : {0, 1, 7, 8, 9, 64, 71, 128, 212, 213, 300}) {
      const std::int64_t first = kFirst + begin;
      for (const std::size_t limit : {std::size_t{3}, kCodes + 1}) {
        EXPECT_EQ(top(HourRange{first * 24, (first + length) * 24}, limit),
                  visits.top(first, first + length, limit))
            << when << ": from day " << begin << ", " << length << " days";
      }
    }
  }
}

Timestamp morning_of(std::int64_t day) { return Timestamp{days{day}} + std::chrono::hours{1}; }

TEST_P(VisitStoreContract, TheTopOfARangeIsTheSumOfItsDaysAtEveryMoment) {
  for (std::size_t i = 0; i < kCodes; ++i) given(new_link(name(i), "https://example.com/"));
  CountedVisits visits{12};
  const Top top_of = [this](HourRange range, std::size_t limit) { return top(range, limit); };
  ASSERT_TRUE(apply(visits.on_days(kFirst - 5, kToday + 1)));
  expect_exact(visits, top_of, "before maintenance");
  // Three of 64 days, and the shorter ones of these, of the days before and of those since.
  EXPECT_EQ(maintain({}, morning_of(kToday)).periods_summed, 3U + 24U + 1U + 2U + 1U);
  expect_exact(visits, top_of, "after maintenance");
  ASSERT_TRUE(apply(visits.on_days(kFirst + 70, kFirst + 73)));
  ASSERT_TRUE(apply(visits.on_days(kToday, kToday + 1)));
  expect_exact(visits, top_of, "after visits that came late");
  EXPECT_EQ(maintain({}, morning_of(kToday)).periods_summed, 3U) << "two short periods and a long one";
  expect_exact(visits, top_of, "after they were summed up");
  EXPECT_EQ(maintain({}, morning_of(kToday)).periods_summed, 0U);
}

TEST_P(VisitStoreContract, PeriodsAreSummedUpWhenTheyAreOver) {
  for (std::size_t i = 0; i < kCodes; ++i) given(new_link(name(i), "https://example.com/"));
  CountedVisits visits{12};
  ASSERT_TRUE(apply(visits.on_days(kFirst, kFirst + 20)));
  EXPECT_EQ(maintain({}, morning_of(kFirst + 7)).periods_summed, 0U);
  EXPECT_EQ(maintain({}, morning_of(kFirst + 8)).periods_summed, 1U);
  EXPECT_EQ(maintain({}, morning_of(kFirst + 23)).periods_summed, 1U);
  EXPECT_EQ(maintain({}, morning_of(kFirst + 24)).periods_summed, 1U);
  EXPECT_EQ(maintain({}, morning_of(kFirst + 63)).periods_summed, 0U)
      << "nothing is kept of days without visits";
  EXPECT_EQ(maintain({}, morning_of(kFirst + 64)).periods_summed, 1U) << "the long one";
  const Top top_of = [this](HourRange range, std::size_t limit) { return top(range, limit); };
  expect_exact(visits, top_of, "with gaps");
}

TEST_P(VisitStoreContract, TheTopOfARangeHasNoDeletedLinks) {
  for (std::size_t i = 0; i < kCodes; ++i) given(new_link(name(i), "https://example.com/"));
  CountedVisits visits{12};
  ASSERT_TRUE(apply(visits.on_days(kFirst, kFirst + 70)));
  ASSERT_EQ(maintain({}, morning_of(kFirst + 70)).periods_summed, 9U);
  const auto before = top(HourRange{kFirst * 24, (kFirst + 70) * 24}, kCodes);
  ASSERT_EQ(before.size(), kCodes);
  for (std::size_t i = 0; i < kCodes; ++i) {
    const std::string first = before[i].substr(0, before[i].find(' '));
    ASSERT_TRUE(remove(first));
    const auto left = top(HourRange{kFirst * 24, (kFirst + 70) * 24}, 2);
    const auto expected = std::vector(before.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                      before.begin() + static_cast<std::ptrdiff_t>(std::min(i + 3, kCodes)));
    EXPECT_EQ(left, expected);
  }
}

}  // namespace
}  // namespace curt::test
