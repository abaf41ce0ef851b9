#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include <gmock/gmock.h>

#include "support/store/visit_store_contract.hpp"

namespace curt::test {
namespace {

using links::Cursor;
using links::LinkPage;
using links::ListQuery;
using links::SortKey;
using links::SortOrder;
using testing::ElementsAre;

TEST_P(VisitStoreContract, LinksAreListedByTheirVisitsInBothOrdersAndEachOnce) {
  std::vector<std::pair<std::uint32_t, std::string>> all;
  std::vector<visits::VisitCount> counts;
  for (std::uint32_t i = 0; i < 23; ++i) {
    // Groups with as many visits, and half of the links without any.
    const std::uint32_t visits = i % 2 == 0 ? 0 : 1 + i / 6;
    links::NewLink link = new_link("L" + std::to_string(i * 7 % 23), "https://example.com/");
    link.tags = {"all"};
    given(link);
    all.emplace_back(visits, link.code.view());
    if (visits > 0) counts.push_back(count_of(link.code.view(), visits - 1, 1));
  }
  given(new_link("gone", "https://example.com/"));
  ASSERT_TRUE(remove("gone"));
  counts.push_back(count_of("gone", 3));
  counts.push_back(count_of("never", 3));
  std::sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
  given(batch_of(batch_id(0), counts));

  for (const SortOrder order : {SortOrder::ascending, SortOrder::descending}) {
    std::sort(all.begin(), all.end());
    if (order == SortOrder::descending) std::reverse(all.begin(), all.end());
    std::vector<std::string> expected;
    for (const auto& [visits, code] : all) expected.push_back(code);
    for (const auto& [text, tag] :
         {std::pair{"", ""}, std::pair{"", "all"}, std::pair{"l", ""}, std::pair{"L", "all"}}) {
      for (const std::size_t limit : {std::size_t{1}, std::size_t{4}, std::size_t{12}, std::size_t{23}}) {
        ListQuery query = sorted_by(SortKey::visits, order, limit);
        query.search = Search::of(text);
        query.tag = tag;
        std::vector<std::string> seen;
        std::size_t pages = 0;
        do {
          const LinkPage page = list(query).value();
          for (std::string& code : codes_of(page.links)) seen.push_back(std::move(code));
          query.after = page.next;
          ++pages;
        } while (query.after && pages < 30);
        EXPECT_EQ(seen, expected) << static_cast<int>(order) << text << tag << limit;
        EXPECT_EQ(pages, (23 + limit - 1) / limit);
      }
    }
  }
}

TEST_P(VisitStoreContract, AListByVisitsIsNarrowedByTextAndTag) {
  for (const char* code : {"sale1", "sale2", "other"}) {
    links::NewLink link = new_link(code, "https://example.com/");
    if (std::string_view{code} != "sale2") link.tags = {"tag"};
    given(link);
  }
  given(batch_of(batch_id(0), {count_of("other", 2), count_of("sale2", 1)}));
  ListQuery query = sorted_by(SortKey::visits, SortOrder::descending);
  EXPECT_THAT(codes_of(list(query).value().links), ElementsAre("other", "sale2", "sale1"));
  query.search = Search::of("SALE");
  EXPECT_THAT(codes_of(list(query).value().links), ElementsAre("sale2", "sale1"));
  query.tag = "tag";
  EXPECT_THAT(codes_of(list(query).value().links), ElementsAre("sale1"));
  query.search = {};
  EXPECT_THAT(codes_of(list(query).value().links), ElementsAre("other", "sale1"));
}

TEST_P(VisitStoreContract, ACursorOfVisitsFitsNoOtherSortAndNoOtherFitsVisits) {
  ListQuery query;
  query.sort = SortKey::visits;
  for (const Cursor& cursor : {Cursor{kNow, code_of("a")}, Cursor{code_of("a"), code_of("a")}}) {
    query.after = cursor;
    EXPECT_EQ(error_of(list(query)), ErrorCode::invalid_value);
  }
  query.after = Cursor{std::int64_t{3}, code_of("a")};
  for (const SortKey key : {SortKey::created_at, SortKey::code}) {
    query.sort = key;
    EXPECT_EQ(error_of(list(query)), ErrorCode::invalid_value);
  }
}

}  // namespace
}  // namespace curt::test
