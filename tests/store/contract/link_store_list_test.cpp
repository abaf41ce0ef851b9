#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include <gmock/gmock.h>

#include "support/store/link_store_contract.hpp"

namespace curt::test {
namespace {

using links::Cursor;
using links::LinkPage;
using links::ListQuery;
using links::NewLink;
using links::SortKey;
using links::SortOrder;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

bool comes_first(const Link& a, const Link& b, SortKey key, SortOrder order) {
  const Link& one = order == SortOrder::ascending ? a : b;
  const Link& other = order == SortOrder::ascending ? b : a;
  switch (key) {
    case SortKey::created_at:
      return std::tie(one.created_at, one.code) < std::tie(other.created_at, other.code);
    case SortKey::updated_at:
      return std::tie(one.updated_at, one.code) < std::tie(other.updated_at, other.code);
    case SortKey::code:
    case SortKey::visits:  // tests of their own: visit_store_list_test.cpp
      break;
  }
  return one.code < other.code;
}

TEST_P(LinkStoreContract, CodesOfEveryScriptAreKeptSortedByTheirBytesAndFound) {
  const std::vector<std::string> codes{"a.b", "z", "~x", "Été", "été", "Ελλάδα", "кампания", "日本", "𐐀𐐁"};
  for (const std::string& code : codes) {
    links::ImportRow row{.link = new_link(code, "https://example.com/"),
                         .code_source = links::CodeSource::alias,
                         .humans = 0,
                         .bots = 0};
    std::vector<links::ImportRow> rows;
    rows.push_back(std::move(row));
    ASSERT_EQ(import(std::move(rows)).value().front(), links::ImportOutcome::imported) << code;
    EXPECT_EQ(find(code).value().code.view(), code);
  }
  for (const SortKey key : {SortKey::code, SortKey::created_at, SortKey::visits}) {
    std::vector<std::string> seen;
    ListQuery query = sorted_by(key, SortOrder::ascending, 2);
    do {
      const LinkPage page = list(query).value();
      for (std::string& code : codes_of(page.links)) seen.push_back(std::move(code));
      query.after = page.next;
      ASSERT_LE(seen.size(), codes.size());
    } while (query.after);
    EXPECT_EQ(seen, codes) << static_cast<int>(key);
  }
  EXPECT_THAT(codes_of(list(containing("Été")).value().links), ElementsAre("été", "Été"));
  EXPECT_THAT(codes_of(list(containing("панИЯ")).value().links), ElementsAre("кампания"));
  EXPECT_THAT(codes_of(list(containing("本")).value().links), ElementsAre("日本"));
  ASSERT_TRUE(update("кампания", with_title("Кампания")));
  EXPECT_EQ(find("кампания").value().version, 2);
  ASSERT_TRUE(remove("кампания"));
  EXPECT_TRUE(find("кампания").value().deleted_at);
}

TEST_P(LinkStoreContract, LooksForAPageAmongAsManyCodesAsItIsToldTo) {
  for (int i = 0; i < 10; ++i) {
    NewLink link =
        new_link("c" + std::to_string(i), i % 5 == 4 ? "https://a.example/" : "https://b.example/");
    if (i % 5 == 4) link.tags = {"rare"};
    given(link);
  }
  ASSERT_TRUE(remove("c1"));
  for (ListQuery query : {containing("a.example"), tagged("rare"), containing("a.example", "rare")}) {
    for (const SortOrder order : {SortOrder::ascending, SortOrder::descending}) {
      query.sort = SortKey::code;
      query.order = order;
      query.after.reset();
      query.most_codes = 3;
      std::vector<std::vector<std::string>> pages;
      do {
        const LinkPage page = list(query).value();
        pages.push_back(codes_of(page.links));
        query.after = page.next;
        ASSERT_LE(pages.size(), 4U);
      } while (query.after);
      using Pages = std::vector<std::vector<std::string>>;
      EXPECT_EQ(pages, order == SortOrder::ascending ? (Pages{{}, {"c4"}, {}, {"c9"}})
                                                     : (Pages{{"c9"}, {"c4"}, {}, {}}));
    }
  }
}

TEST_P(LinkStoreContract, GoesOnAfterAFullPageAmongAsManyCodesAsItIsToldTo) {
  for (int i = 0; i < 5; ++i) given(new_link("c" + std::to_string(i), "https://a.example/"));
  ListQuery query = sorted_by(SortKey::code, SortOrder::ascending, 2);
  query.most_codes = 4;
  const LinkPage first = list(query).value();
  EXPECT_THAT(codes_of(first.links), ElementsAre("c0", "c1"));
  query.after = first.next;
  const LinkPage second = list(query).value();
  EXPECT_THAT(codes_of(second.links), ElementsAre("c2", "c3"));
  query.after = second.next;
  const LinkPage last = list(query).value();
  EXPECT_THAT(codes_of(last.links), ElementsAre("c4"));
  EXPECT_FALSE(last.next);
}

TEST_P(LinkStoreContract, PagingSeesEveryLinkOnceInEverySortAndOrder) {
  std::vector<Link> all;
  for (int i = 0; i < 23; ++i) {
    // Upper and lower case, and groups of links that were made in the same millisecond.
    NewLink link = new_link((i % 2 == 0 ? "L" : "l") + std::to_string(i * 7 % 23), "https://example.com/");
    link.created_at = kNow + std::chrono::milliseconds{i / 5};
    link.tags = {"all"};
    given(link);
    if (i % 4 == 0) static_cast<void>(update(link.code.view(), with_title("edited")).value());
    all.push_back(find(link.code.view()).value());
  }
  for (const SortKey key : {SortKey::created_at, SortKey::updated_at, SortKey::code}) {
    for (const SortOrder order : {SortOrder::ascending, SortOrder::descending}) {
      std::sort(all.begin(), all.end(),
                [&](const Link& a, const Link& b) { return comes_first(a, b, key, order); });
      for (const std::string& tag : {std::string{}, std::string{"all"}}) {
        ListQuery query = sorted_by(key, order, 4);
        query.tag = tag;
        std::vector<Link> seen;
        std::size_t pages = 0;
        do {
          LinkPage page = list(query).value();
          seen.insert(seen.end(), page.links.begin(), page.links.end());
          query.after = page.next;
          ++pages;
        } while (query.after && pages < 20);
        EXPECT_EQ(codes_of(seen), codes_of(all)) << static_cast<int>(key) << static_cast<int>(order) << tag;
        EXPECT_EQ(pages, 6U);
      }
    }
  }
}

TEST_P(LinkStoreContract, TheLastPageHasNoCursorEvenIfItIsFull) {
  for (const char* code : {"a", "b", "c", "d"}) given(new_link(code, "https://example.com/"));
  ListQuery query = sorted_by(SortKey::code, SortOrder::ascending, 2);
  const LinkPage first = list(query).value();
  EXPECT_THAT(codes_of(first.links), ElementsAre("a", "b"));
  ASSERT_TRUE(first.next.has_value());
  query.after = first.next;
  const LinkPage second = list(query).value();
  EXPECT_THAT(codes_of(second.links), ElementsAre("c", "d"));
  EXPECT_FALSE(second.next.has_value());
}

TEST_P(LinkStoreContract, LinksThatAreMadeBetweenTwoPagesMoveNoneOfTheOthers) {
  for (const char* code : {"a", "b", "c", "d"}) given(new_link(code, "https://example.com/"));
  ListQuery query = sorted_by(SortKey::created_at, SortOrder::descending, 2);
  const LinkPage first = list(query).value();
  EXPECT_THAT(codes_of(first.links), ElementsAre("d", "c"));
  NewLink newest = new_link("e", "https://example.com/");
  newest.created_at = kLater;
  given(newest);
  ASSERT_TRUE(remove("c"));
  query.after = first.next;
  EXPECT_THAT(codes_of(list(query).value().links), ElementsAre("b", "a"));
}

TEST_P(LinkStoreContract, AnEmptyStoreListsNothing) {
  const LinkPage page = list({}).value();
  EXPECT_THAT(page.links, IsEmpty());
  EXPECT_FALSE(page.next.has_value());
}

TEST_P(LinkStoreContract, ADeletedLinkIsNotListed) {
  given(new_link("a", "https://example.com/"));
  given(new_link("b", "https://example.com/"));
  ASSERT_TRUE(remove("a"));
  for (const SortKey key : {SortKey::created_at, SortKey::updated_at, SortKey::code}) {
    EXPECT_THAT(codes_of(list(sorted_by(key, SortOrder::ascending)).value().links), ElementsAre("b"));
  }
}

TEST_P(LinkStoreContract, TheTextIsSearchedInCodeTargetAndTitleWithoutCase) {
  given(new_link("SALE26", "https://example.com/a"));
  given(new_link("b", "https://example.com/Summer-Sale"));
  NewLink titled = new_link("c", "https://example.com/c");
  titled.title = "The great sale of Köln";
  given(titled);
  given(new_link("d", "https://example.com/d"));
  EXPECT_THAT(codes_of(list(containing("sAle")).value().links), UnorderedElementsAre("SALE26", "b", "c"));
  EXPECT_THAT(codes_of(list(containing("Köln")).value().links), ElementsAre("c"));
  EXPECT_THAT(codes_of(list(containing("no such text")).value().links), IsEmpty());
}

TEST_P(LinkStoreContract, WildcardsInTheTextStandForThemselves) {
  given(new_link("a", "https://example.com/100%25"));
  given(new_link("b_b", "https://example.com/b"));
  NewLink slashed = new_link("c", "https://example.com/c");
  slashed.title = "back\\slash";
  given(slashed);
  given(new_link("bXb", "https://example.com/100"));
  EXPECT_THAT(codes_of(list(containing("100%")).value().links), ElementsAre("a"));
  EXPECT_THAT(codes_of(list(containing("b_b")).value().links), ElementsAre("b_b"));
  EXPECT_THAT(codes_of(list(containing("back\\slash")).value().links), ElementsAre("c"));
  EXPECT_THAT(codes_of(list(containing("\\")).value().links), ElementsAre("c"));
  EXPECT_THAT(codes_of(list(containing("%")).value().links), ElementsAre("a"));
}

TEST_P(LinkStoreContract, ATagIsComparedWhole) {
  NewLink one = new_link("one", "https://example.com/1");
  one.tags = {"sale", "été"};
  given(one);
  NewLink two = new_link("two", "https://example.com/2");
  two.tags = {"Sale", "sale 2026"};
  given(two);
  EXPECT_THAT(codes_of(list(tagged("sale")).value().links), ElementsAre("one"));
  EXPECT_THAT(codes_of(list(tagged("été")).value().links), ElementsAre("one"));
  EXPECT_THAT(codes_of(list(tagged("sal")).value().links), IsEmpty());
  EXPECT_THAT(codes_of(list(containing("com/1", "sale")).value().links), ElementsAre("one"));
  EXPECT_THAT(codes_of(list(containing("com/2", "sale")).value().links), IsEmpty());
}

TEST_P(LinkStoreContract, ACursorOfAnotherSortKeyIsRefused) {
  ListQuery query;
  query.sort = SortKey::created_at;
  query.after = Cursor{code_of("a"), code_of("a")};
  EXPECT_EQ(error_of(list(query)), ErrorCode::invalid_value);
  query.sort = SortKey::code;
  query.after = Cursor{kNow, code_of("a")};
  EXPECT_EQ(error_of(list(query)), ErrorCode::invalid_value);
}

}  // namespace
}  // namespace curt::test
