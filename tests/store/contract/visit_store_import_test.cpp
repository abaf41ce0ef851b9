#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "support/store/visit_store_contract.hpp"

namespace curt::test {
namespace {

using links::CodeSource;
using links::ImportOutcome;
using links::ImportRow;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using visits::HourRange;
using visits::VisitTotals;

constexpr HourRange kAll{0, kHour + 1000};
const KeyId kOne = key_id(1);
const KeyId kTwo = key_id(2);

ImportRow row_of(links::NewLink link, std::int64_t humans, std::int64_t bots) {
  return {std::move(link), CodeSource::alias, humans, bots};
}

ImportRow row(std::string_view code, std::int64_t humans, std::int64_t bots) {
  return row_of(new_link(code, "https://example.com/" + std::string{code}), humans, bots);
}

TEST_P(VisitStoreContract, AnImportedLinkBeginsWithTheVisitsThatItHadElsewhere) {
  EXPECT_THAT(import({row("b", 5, 2), row("a", 3, 0), row("c", 0, 0), row("d", 0, 4)}).value(),
              Each(ImportOutcome::imported));
  EXPECT_EQ(totals("a"), (VisitTotals{3, 0, 3}));
  EXPECT_EQ(totals("c"), VisitTotals{});
  given(batch_of(batch_id(0), {count_of("b", 10, 1), count_of("c", 1, 0)}));
  reopen();
  EXPECT_EQ(totals("b"), (VisitTotals{15, 3, 7}));
  EXPECT_EQ(totals("c"), (VisitTotals{1, 0, 0}));
  EXPECT_EQ(totals("d"), (VisitTotals{0, 4, 4}));
}

TEST_P(VisitStoreContract, ImportedVisitsHaveNoHourAndNoDay) {
  ASSERT_TRUE(import({row("a", 30, 10)}));
  given(new_link("b", "https://example.com/b"));
  given(batch_of(batch_id(0), {count_of("b", 1, 0)}));
  EXPECT_THAT(series("a", kAll).hours, IsEmpty());
  EXPECT_EQ(series("", kAll).hours.size(), 1U);
  EXPECT_THAT(top(kAll, 10), ElementsAre("b 1+0"));
}

TEST_P(VisitStoreContract, VisitsOfACodeThatHadNoLinkStayWhenOneIsImported) {
  given(batch_of(batch_id(0), {count_of("late", 5, 1)}));
  ASSERT_TRUE(import({row("late", 2, 3)}));
  EXPECT_EQ(totals("late"), (VisitTotals{7, 4, 5}));
}

TEST_P(VisitStoreContract, OnlyALinkThatIsImportedBringsVisits) {
  given(new_link("here", "https://example.com/here"));
  given(new_link("other", "https://example.com/elsewhere"));
  const std::vector<ImportRow> rows{row("here", 1, 0), row("other", 2, 0), row("twice", 4, 0),
                                    row("twice", 8, 0)};
  EXPECT_THAT(import(rows).value(), ElementsAre(ImportOutcome::already_there, ImportOutcome::code_taken,
                                                ImportOutcome::imported, ImportOutcome::already_there));
  EXPECT_THAT(import(rows).value(), ElementsAre(ImportOutcome::already_there, ImportOutcome::code_taken,
                                                ImportOutcome::already_there, ImportOutcome::already_there));
  EXPECT_EQ(totals("here"), VisitTotals{});
  EXPECT_EQ(totals("twice"), (VisitTotals{4, 0, 4}));
  EXPECT_EQ(grand_total(), (VisitTotals{4, 0, 4}));
}

TEST_P(VisitStoreContract, AnImportThatFailsBringsNoVisits) {
  std::vector<ImportRow> rows{row("a", 1, 1), row("b", 2, 2), row("c", 3, 3)};
  rows[1].link.settings.redirect_status = static_cast<RedirectStatus>(999);  // which the schema refuses
  EXPECT_FALSE(import(rows));
  EXPECT_EQ(totals("a"), VisitTotals{});
  EXPECT_EQ(grand_total(), VisitTotals{});
  rows.erase(rows.begin() + 1);
  EXPECT_THAT(import(rows).value(), Each(ImportOutcome::imported));
  EXPECT_EQ(grand_total(), (VisitTotals{4, 4, 8}));
}

TEST_P(VisitStoreContract, SumsOfAllTimeHaveImportedVisitsAndSayHowMany) {
  const std::string target = "https://example.com/";
  ASSERT_TRUE(
      import({row_of(new_link_of(kOne, "a", target), 10, 1), row_of(new_link_of(kOne, "gone", target), 20, 2),
              row_of(new_link_of(kTwo, "c", target), 40, 0), row("free", 80, 8)}));
  ASSERT_TRUE(remove("gone"));
  given(batch_of(batch_id(0), {count_of("a", 100, 0), count_of("new", 300, 0)}));
  EXPECT_EQ(grand_total(kOne), (VisitTotals{130, 3, 33}));
  EXPECT_EQ(grand_total(kTwo), (VisitTotals{40, 0, 40}));
  EXPECT_EQ(grand_total(), (VisitTotals{550, 11, 161}));
  static_cast<void>(maintain({}, Timestamp{std::chrono::days{kDay + 400}}));
  EXPECT_EQ(grand_total(), (VisitTotals{550, 11, 161}));
  EXPECT_EQ(totals("a"), (VisitTotals{110, 1, 11}));
}

TEST_P(VisitStoreContract, LinksAreRankedWithTheirImportedVisits) {
  ASSERT_TRUE(import({row("few", 2, 0), row("many", 10, 5), row("none", 0, 0)}));
  given(new_link("new", "https://example.com/new"));
  given(batch_of(batch_id(0), {count_of("new", 7, 0), count_of("few", 1, 0)}));
  EXPECT_THAT(top(std::nullopt, 10), ElementsAre("many 10+5", "new 7+0", "few 3+0"));
  const auto listed = list(sorted_by(links::SortKey::visits, links::SortOrder::descending)).value();
  EXPECT_THAT(codes_of(listed.links), ElementsAre("many", "new", "few", "none"));
}

}  // namespace
}  // namespace curt::test
