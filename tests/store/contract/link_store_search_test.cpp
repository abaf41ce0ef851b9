#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "support/store/link_store_contract.hpp"

namespace curt::test {
namespace {

using links::ListQuery;
using links::NewLink;
using links::SortKey;
using links::SortOrder;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST_P(LinkStoreContract, AUrlIsFoundAsItWasGivenAndByItsPartsInAnyCase) {
  imported("plain", "https://example.com/Path?q=1");
  imported("koeln", "https://münchen.de/straße");
  imported("greek", "https://example.gr/ΚΑΛΗΜΕΡΑ/%CE%BA%CF%8C%CF%83%CE%BC%CE%B5");
  unfilled_and_filled([&] {
    EXPECT_THAT(found("https://münchen.de/straße"), ElementsAre("koeln"));
    EXPECT_THAT(found("HTTPS://MÜNCHEN.DE/STRASSE"), ElementsAre("koeln"));
    EXPECT_THAT(found("https://xn--mnchen-3ya.de/stra%C3%9Fe"), ElementsAre("koeln"));
    EXPECT_THAT(found("münchen.de/stra%c3%9fe"), ElementsAre("koeln"));
    EXPECT_THAT(found("Stra\u00dfe"), ElementsAre("koeln"));
    EXPECT_THAT(found("ünch"), ElementsAre("koeln"));
    EXPECT_THAT(found("καλημερα/ΚΌΣΜΕ"), ElementsAre("greek"));
    EXPECT_THAT(found("HTTPS://Example.COM:443/Path?q=1"), ElementsAre("plain"));
    EXPECT_THAT(found("https://example.com/x/../Path"), ElementsAre("plain"));
    EXPECT_THAT(found("path"), ElementsAre("plain"));
    EXPECT_THAT(found("xn--mnchen"), ElementsAre("koeln"));
    EXPECT_THAT(found("strauße"), IsEmpty());
  });
}

TEST_P(LinkStoreContract, ATitleIsFoundWhateverItsCaseAndWidth) {
  imported("a", "https://example.com/a", "Große Кампания １２３");
  unfilled_and_filled([&] {
    EXPECT_THAT(found("GROSSE кампания"), ElementsAre("a"));
    EXPECT_THAT(found("кампания 123"), ElementsAre("a"));
    EXPECT_THAT(found("  große\u00a0"), ElementsAre("a")) << "blanks around";
    EXPECT_THAT(found("\u200bgroße\ufeff"), ElementsAre("a")) << "invisible characters around";
  });
}

TEST_P(LinkStoreContract, ATurkishTitleIsFoundWithAndWithoutTheDotOfItsCapital) {
  imported("a", "https://example.com/a", "\u0130stanbul");
  imported("b", "https://example.com/b", "istanbul");
  unfilled_and_filled([&] {
    EXPECT_THAT(found("istanbul"), UnorderedElementsAre("a", "b"));
    EXPECT_THAT(found("\u0130STANBUL"), UnorderedElementsAre("a", "b"));
  });
}

TEST_P(LinkStoreContract, AShortUrlFindsTheLinkOfItsCode) {
  imported("sale", "https://example.com/1");
  imported("sale26", "https://example.com/2");
  imported("кампания", "https://example.com/3");
  imported("other", "https://example.com/sale");
  const std::string base = "https://go.example";
  unfilled_and_filled([&] {
    EXPECT_THAT(found("https://go.example/sale", base), ElementsAre("sale"));
    EXPECT_THAT(found("go.example/sale", base), ElementsAre("sale"));
    EXPECT_THAT(found(" HTTP://GO.example/sale/ ", base), ElementsAre("sale"));
    EXPECT_THAT(found("https://go.example/sale.", base), ElementsAre("sale"));
    EXPECT_THAT(found("https://go.example/sale),", base), ElementsAre("sale"));
    EXPECT_THAT(found("https://go.example:8443/sale", base), IsEmpty());
    EXPECT_THAT(found("https://GO.example:443/sale?utm_source=x", base), ElementsAre("sale"));
    EXPECT_THAT(found("https://go.example/%D0%BA%D0%B0%D0%BC%D0%BF%D0%B0%D0%BD%D0%B8%D1%8F", base),
                ElementsAre("кампания"));
    EXPECT_THAT(found("https://go.example/кампания", base), ElementsAre("кампания"));
    EXPECT_THAT(found("https://go.example/", base), IsEmpty());
    EXPECT_THAT(found("https://elsewhere.example/sale", base), IsEmpty());
  });
}

TEST_P(LinkStoreContract, AnEditedLinkIsFoundByWhatItIsNow) {
  imported("a", "https://example.com/before", "Old");
  fill_search_index();
  ASSERT_TRUE(update("a", with_title("Nëw")));
  unfilled_and_filled([&] {
    EXPECT_THAT(found("old"), IsEmpty());
    EXPECT_THAT(found("NËW"), ElementsAre("a"));
    EXPECT_THAT(found("before"), ElementsAre("a"));
  });
}

TEST_P(LinkStoreContract, ADeletedLinkIsNotFound) {
  imported("a", "https://example.com/Ä");
  imported("b", "https://example.com/Ä");
  ASSERT_TRUE(remove("a"));
  unfilled_and_filled([&] { EXPECT_THAT(found("ä"), ElementsAre("b")); });
  ASSERT_TRUE(remove("b"));
  EXPECT_THAT(found("ä"), IsEmpty());
}

TEST_P(LinkStoreContract, PagesOfEveryOrderHoldAllThatIsFoundOnceWhetherTheIndexHasSomeOrAll) {
  std::vector<std::string> expected;
  for (int i = 0; i < 60; ++i) {
    const std::string code = "code" + std::to_string(100 + i);
    // What SQL can fold by itself, and what it cannot; and between them what is not found.
    imported(code, (i % 3 == 0   ? "https://example.com/Öl-"
                    : i % 3 == 1 ? "https://example.com/oil-Öl"
                                 : "https://n.example/") +
                       std::to_string(i));
    if (i % 3 != 2) expected.push_back(code);
    if (i == 30) fill_search_index();
  }
  unfilled_and_filled([&] {
    for (const SortKey key : {SortKey::code, SortKey::created_at, SortKey::updated_at, SortKey::visits}) {
      for (const SortOrder order : {SortOrder::ascending, SortOrder::descending}) {
        std::vector<std::string> seen;
        ListQuery query = sorted_by(key, order, 7);
        query.search = Search::of("öL");
        do {
          const links::LinkPage page = list(query).value();
          for (std::string& code : codes_of(page.links)) seen.push_back(std::move(code));
          query.after = page.next;
          ASSERT_LE(seen.size(), expected.size());
        } while (query.after);
        std::vector<std::string> all = expected;
        if (order == SortOrder::descending) all.assign(expected.rbegin(), expected.rend());
        EXPECT_EQ(seen, all) << static_cast<int>(key);
      }
    }
  });
}

TEST_P(LinkStoreContract, AListByCodesThatIsBoundedFindsTheSame) {
  for (int i = 0; i < 30; ++i) {
    imported("code" + std::to_string(100 + i),
             i % 10 == 0 ? "https://example.com/ß" : "https://example.com/");
  }
  unfilled_and_filled([&] {
    std::vector<std::string> seen;
    ListQuery query = sorted_by(SortKey::code, SortOrder::ascending, 5);
    query.most_codes = 7;
    query.search = Search::of("SS");
    do {
      const links::LinkPage page = list(query).value();
      for (std::string& code : codes_of(page.links)) seen.push_back(std::move(code));
      query.after = page.next;
    } while (query.after);
    EXPECT_THAT(seen, ElementsAre("code100", "code110", "code120"));
  });
}

TEST_P(LinkStoreContract, WithTagAndOwnerFindsWhatHasAll) {
  NewLink one = new_link("one", "https://example.com/%C3%A4");
  one.tags = {"sale"};
  given(one);
  NewLink two = new_link("two", "https://example.com/%C3%A4");
  given(two);
  unfilled_and_filled([&] {
    EXPECT_THAT(codes_of(list(containing("Ä", "sale")).value().links), ElementsAre("one"));
    EXPECT_THAT(codes_of(list(containing("Ä")).value().links), UnorderedElementsAre("one", "two"));
  });
}

}  // namespace
}  // namespace curt::test
