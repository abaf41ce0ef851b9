#include "curt/domain/search.hpp"

#include <string>

#include <gmock/gmock.h>

namespace curt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Search, OfNothingButBlanksFindsEveryLink) {
  for (const char* typed : {"", " ", "\u00a0\u2003\t", "\ufeff\u200b"}) {
    const Search search = Search::of(typed);
    EXPECT_TRUE(search.empty()) << typed;
    EXPECT_TRUE(search.finds(searched_text("a", "https://example.com/", "")));
  }
}

TEST(Search, LooksForTheTextFoldedOnceIfItReadsAsItIsWritten) {
  EXPECT_THAT(Search::of(" Example.com/Path ").parts(), ElementsAre("example.com/path"));
  EXPECT_THAT(Search::of("ＳＴＲＡＳＳＥ").parts(), ElementsAre("strasse"));
}

TEST(Search, LooksForAUrlAsItIsStoredAndAsItReads) {
  EXPECT_THAT(Search::of("https://München.de/Straße").parts(),
              ElementsAre("https://münchen.de/strasse", "https://xn--mnchen-3ya.de/stra%c3%9fe"));
  EXPECT_THAT(Search::of("https://example.com").parts(), ElementsAre("https://example.com"))
      << "what has the URL with a slash has this part, too";
  EXPECT_THAT(Search::of("xn--mnchen-3ya.de").parts(), ElementsAre("xn--mnchen-3ya.de", "münchen.de"));
}

TEST(Search, TakesAShortUrlForItsCode) {
  const std::string base = "http://localhost:8080";
  EXPECT_THAT(Search::of("http://localhost:8080/Sale", base).beginnings(), ElementsAre("sale\n"));
  EXPECT_THAT(Search::of("localhost:8080/sale/", base).beginnings(), ElementsAre("sale\n"));
  EXPECT_THAT(Search::of("http://localhost:8080/sale?x=1#y", base).beginnings(), ElementsAre("sale\n"));
  EXPECT_THAT(Search::of("https://me@localhost:8080/sale", base).beginnings(), ElementsAre("sale\n"));
  for (const char* other : {"http://localhost/sale", "http://localhost:8080/", "http://localhost:8080/a/b",
                            "sale", "ftp://localhost:8080/sale"}) {
    EXPECT_THAT(Search::of(other, base).beginnings(), IsEmpty()) << other;
  }
  EXPECT_THAT(Search::of("http://localhost:8080/sale").beginnings(), IsEmpty()) << "without a base URL";
}

TEST(Search, TakesAShortUrlForItsCodeAlsoWherePunctuationFollows) {
  const std::string base = "https://go.example";
  for (const char* more : {")", "\"", ">", ",", "!", "\u201d", "%22", "%E2%80%9D", "/)", " "}) {
    EXPECT_THAT(Search::of(std::string{"https://go.example/sale"} + more, base).beginnings(),
                ElementsAre("sale\n"))
        << more;
  }
  EXPECT_THAT(Search::of("go.example/sale.", base).beginnings(), ElementsAre("sale.\n", "sale\n"))
      << "a code may end with a full stop";
  EXPECT_THAT(Search::of("go.example/Sale_.)", base).beginnings(), ElementsAre("sale_.\n", "sale\n"));
  for (const char* other : {"go.example/.", "go.example/a/b.", "other.example/sale."}) {
    EXPECT_THAT(Search::of(other, base).beginnings(), IsEmpty()) << other;
  }
}

TEST(Search, OfACodeFindsThatCodeAloneAndNotWhatBeginsLikeIt) {
  const Search search = Search::of("https://go.example/sale", "https://go.example");
  EXPECT_TRUE(search.finds(searched_text("SALE", "https://example.com/", "")));
  EXPECT_FALSE(search.finds(searched_text("sale26", "https://example.com/", "")));
  EXPECT_FALSE(search.finds(searched_text("a", "https://example.com/sale", "sale")));
}

TEST(Search, TakesATurkishCapitalIForAnIHoweverItIsWritten) {
  for (const char* city : {"\u0130stanbul", "I\u0307stanbul", "i\u0307stanbul", "istanbul", "ISTANBUL"}) {
    for (const char* typed : {"istanbul", "ISTANBUL", "\u0130STANBUL", "i\u0307stanbul", "I\u0307stanbul"}) {
      const Search search = Search::of(typed);
      EXPECT_THAT(search.parts(), ElementsAre("istanbul")) << typed;
      EXPECT_TRUE(search.finds(searched_text("a", "https://example.com/", city))) << city << ", " << typed;
    }
  }
  const std::string host = searched_text("a", "https://xn--istanbul-o0e.example/", "");
  EXPECT_TRUE(Search::of("istanbul.example").finds(host));
  EXPECT_TRUE(Search::of("\u0130stanbul.example").finds(host));
  EXPECT_EQ(searched_text("a", "https://example.com/", "i\u0307\u0301 z\u0307"),
            "a\nhttps://example.com/\n\u00ed \u017c")
      << "other accents, and dots of other letters, stay";
}

TEST(Search, DoesNotFindWhatRunsOverFromOneLineIntoTheNext) {
  const std::string text = searched_text("code", "https://example.com/", "title");
  EXPECT_TRUE(Search::of("code").finds(text));
  EXPECT_FALSE(Search::of("codehttps").finds(text));
  EXPECT_FALSE(Search::of(".com/title").finds(text));
}

TEST(Search, IsTheSameOnceItWasAText) {
  for (const char* typed :
       {"", "abc", "https://München.de/Straße", "https://go.example/sale", "https://go.example/sale_."}) {
    const Search search = Search::of(typed, "https://go.example");
    const Search again = Search::from_text(search.text());
    EXPECT_EQ(again.parts(), search.parts()) << typed;
    EXPECT_EQ(again.beginnings(), search.beginnings()) << typed;
  }
  EXPECT_THAT(Search::from_text("").parts(), IsEmpty());
}

TEST(Search, GoesThroughWhatPeopleReadAndWhatIsStored) {
  EXPECT_EQ(searched_text("Été", "https://xn--mnchen-3ya.de/%C3%84?%41%2", "Größe"),
            "été\nhttps://xn--mnchen-3ya.de/%c3%84?%41%2\nhttps://münchen.de/ä?a%2\ngrösse");
  EXPECT_EQ(searched_text("a", "https://example.com/B", ""), "a\nhttps://example.com/b\n");
}

}  // namespace
}  // namespace curt
