#include "curt/links/forward_query.hpp"

#include <gtest/gtest.h>

namespace curt::links {
namespace {

TEST(WithQuery, BeginsTheQueryOfATargetThatHasNone) {
  EXPECT_EQ(with_query("https://example.com/a", "b=c"), "https://example.com/a?b=c");
}

TEST(WithQuery, AddsToTheTargetsOwnQuery) {
  EXPECT_EQ(with_query("https://example.com/a?x=1", "b=c&d"), "https://example.com/a?x=1&b=c&d");
}

TEST(WithQuery, DoesNotDoubleASeparatorThatIsThere) {
  EXPECT_EQ(with_query("https://example.com/a?", "b=c"), "https://example.com/a?b=c");
  EXPECT_EQ(with_query("https://example.com/a?x=1&", "b=c"), "https://example.com/a?x=1&b=c");
}

TEST(WithQuery, KeepsTheFragmentAtTheEnd) {
  EXPECT_EQ(with_query("https://example.com/a#top", "b=c"), "https://example.com/a?b=c#top");
  EXPECT_EQ(with_query("https://example.com/a?x=1#top", "b=c"), "https://example.com/a?x=1&b=c#top");
}

TEST(WithQuery, TakesAQuestionMarkInTheFragmentForNoQuery) {
  EXPECT_EQ(with_query("https://example.com/#/route?x=1", "b=c"), "https://example.com/?b=c#/route?x=1");
}

TEST(WithQuery, LeavesPercentEncodingsAsTheyCame) {
  EXPECT_EQ(with_query("https://example.com/", "q=a%20b%2Fc%zz"), "https://example.com/?q=a%20b%2Fc%zz");
}

TEST(WithQuery, LeavesWhatAQueryMayContain) {
  constexpr std::string_view kAllowed = "azAZ09-._~!$&()*+,;=:@/?[]{}|\\^`";
  EXPECT_EQ(with_query("https://example.com/", kAllowed), "https://example.com/?" + std::string{kAllowed});
}

TEST(WithQuery, EncodesWhatAQueryMayNotContain) {
  EXPECT_EQ(with_query("https://example.com/", "a \"b\"<c>#'d"),
            "https://example.com/?a%20%22b%22%3Cc%3E%23%27d");
  EXPECT_EQ(with_query("https://example.com/", "q=\xc3\xa4"), "https://example.com/?q=%C3%A4");
}

TEST(WithQuery, LetsNoControlByteIntoTheHeader) {
  EXPECT_EQ(with_query("https://example.com/", std::string_view{"a\r\nb\t\0c\x7f", 8}),
            "https://example.com/?a%0D%0Ab%09%00c%7F");
}

}  // namespace
}  // namespace curt::links
