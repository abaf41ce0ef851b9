#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "support/store/visit_store_contract.hpp"

namespace curt::test {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::IsEmpty;
using visits::HourRange;
using visits::Series;
using visits::SeriesPoint;
using visits::VisitTotals;

const KeyId kOne = key_id(1);
const KeyId kTwo = key_id(2);

std::vector<std::string> lines_of(const std::vector<SeriesPoint>& points) {
  std::vector<std::string> lines;
  for (const SeriesPoint& point : points) {
    lines.push_back(std::to_string(point.hour - kHour) + ":" + std::to_string(point.visits.humans) + "+" +
                    std::to_string(point.visits.bots));
  }
  return lines;
}

constexpr HourRange kAll{0, kHour + 1000};

/// What the owners of the tests have: a, b and gone of kOne, c of kTwo, free of nobody; and there are visits
/// of a code that no link has.
std::vector<links::NewLink> owned_links() {
  const std::string target = "https://example.com/";
  return {new_link_of(kOne, "a", target), new_link_of(kOne, "b", target), new_link_of(kOne, "gone", target),
          new_link_of(kTwo, "c", target), new_link("free", target)};
}

visits::Batch visits_of_links() {
  return batch_of(batch_id(0), {count_of("a", 1, 0, kHour - 25), count_of("a", 2, 1, kHour),
                                count_of("b", 4, 0, kHour - 24), count_of("b", 8, 2, kHour),
                                count_of("c", 100, 50, kHour), count_of("free", 200, 0, kHour),
                                count_of("gone", 16, 0, kHour + 1), count_of("nolink", 300, 0, kHour)});
}

TEST_P(VisitStoreContract, TheFiguresOfAnOwnerAreThoseOfHisLinksDeletedOnesToo) {
  for (const auto& link : owned_links()) given(link);
  given(visits_of_links());
  ASSERT_TRUE(remove("gone"));
  EXPECT_EQ(grand_total(kOne), (VisitTotals{31, 3}));
  EXPECT_EQ(grand_total(kTwo), (VisitTotals{100, 50}));
  EXPECT_EQ(grand_total(key_id(3)), VisitTotals{});
  EXPECT_EQ(grand_total().humans, 631U);
  EXPECT_THAT(lines_of(series_of(kOne, kAll).hours), ElementsAre("-25:1+0", "-24:4+0", "0:10+3", "1:16+0"));
  EXPECT_THAT(lines_of(series_of(kOne, {kHour - 24, kHour + 1}).hours), ElementsAre("-24:4+0", "0:10+3"));
  EXPECT_THAT(lines_of(series_of(kTwo, kAll).hours), ElementsAre("0:100+50"));
  EXPECT_THAT(series_of(key_id(3), kAll).hours, IsEmpty());
}

TEST_P(VisitStoreContract, ARestoredLinkHasTheFiguresFromBefore) {
  ASSERT_TRUE(import({{new_link_of(kOne, "gone", "https://example.com/"), links::CodeSource::alias, 5, 2}}));
  given(visits_of_links());
  const VisitTotals before = totals("gone");
  EXPECT_EQ(before, (VisitTotals{21, 2, 7}));
  ASSERT_TRUE(remove("gone"));
  EXPECT_THAT(top(kAll, 10), IsEmpty());
  static_cast<void>(maintain({days{7}, days{2}}, Timestamp{days{kDay + 1}}));
  ASSERT_TRUE(restore("gone"));
  EXPECT_EQ(totals("gone"), before);
  EXPECT_EQ(grand_total(kOne), before);
  EXPECT_THAT(lines_of(series("gone", kAll).hours), ElementsAre("1:16+0"));
  EXPECT_THAT(top(kAll, 10), ElementsAre("gone 16+0"));
  EXPECT_THAT(top(std::nullopt, 10, kOne), ElementsAre("gone 21+2"));
}

TEST_P(VisitStoreContract, OldHoursOfAnOwnerAreThereByDay) {
  for (const auto& link : owned_links()) given(link);
  given(visits_of_links());
  static_cast<void>(maintain({days{7}, days{2}}, Timestamp{days{kDay + 2}} + std::chrono::hours{5}));
  const Series after = series_of(kOne, kAll);
  EXPECT_EQ(after.hourly_from, kHour);
  EXPECT_THAT(lines_of(after.days), ElementsAre("-48:1+0", "-24:4+0"));
  EXPECT_THAT(lines_of(after.hours), ElementsAre("0:10+3", "1:16+0"));
  EXPECT_EQ(series_of(key_id(3), kAll).hourly_from, kHour);
}

TEST_P(VisitStoreContract, TheMostVisitedLinksOfAnOwnerAreHis) {
  for (const auto& link : owned_links()) given(link);
  given(visits_of_links());
  EXPECT_THAT(top({}, 10, kOne), ElementsAre("gone 16+0", "b 12+2", "a 3+1"));
  EXPECT_THAT(top({}, 2, kOne), ElementsAre("gone 16+0", "b 12+2"));
  ASSERT_TRUE(remove("gone"));
  EXPECT_THAT(top({}, 10, kOne), ElementsAre("b 12+2", "a 3+1"));
  EXPECT_THAT(top({}, 10, kTwo), ElementsAre("c 100+50"));
  EXPECT_THAT(top({}, 10, key_id(3)), IsEmpty());
  EXPECT_EQ(top({}, 10).size(), 4U);
}

TEST_P(VisitStoreContract, TheMostVisitedLinksOfAnOwnerInARangeAreThoseOfItsDays) {
  for (const auto& link : owned_links()) given(link);
  given(visits_of_links());
  ASSERT_TRUE(remove("gone"));
  const HourRange today{kHour, kHour + 24};
  const HourRange yesterday{kHour - 24, kHour};
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(top(today, 10, kOne), ElementsAre("b 8+2", "a 2+1"));
    EXPECT_THAT(top(yesterday, 10, kOne), ElementsAre("b 4+0"));
    EXPECT_THAT(top(yesterday, 10, kTwo), IsEmpty());
    EXPECT_THAT(top(HourRange{kHour - 48, kHour + 24}, 1, kOne), ElementsAre("b 12+2"));
    EXPECT_THAT(top(HourRange{0, kHour + 1000}, 10, kOne), ElementsAre("b 12+2", "a 3+1"));
    static_cast<void>(maintain({}, Timestamp{days{kDay + 80}}));  // sums the periods up
  }
}

TEST_P(VisitStoreContract, ALinkThatIsGivenBringsItsVisitsAlong) {
  for (const auto& link : owned_links()) given(link);
  given(visits_of_links());
  ASSERT_THAT(give({"free"}, kTwo), ElementsAre("free"));
  EXPECT_EQ(grand_total(kTwo), (VisitTotals{300, 50}));
  EXPECT_THAT(top({}, 1, kTwo), ElementsAre("free 200+0"));
}

}  // namespace
}  // namespace curt::test
