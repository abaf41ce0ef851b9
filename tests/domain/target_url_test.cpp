#include "curt/domain/target_url.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/domain/url_table.hpp"

namespace curt {
namespace {

using test::outcome_of;
using test::read_url_rows;
using test::unescape;
using test::UrlRow;

class TargetUrlTable : public testing::TestWithParam<UrlRow> {};

TEST_P(TargetUrlTable, ComesOutAsABrowserSendsItOrIsRefusedWithTheReason) {
  const result<TargetUrl> url = TargetUrl::parse(unescape(GetParam().input));
  if (GetParam().expected.starts_with('!')) {
    ASSERT_FALSE(url) << "accepted as " << url->str();
    EXPECT_EQ(url.error().code, ErrorCode::invalid_value);
    ASSERT_EQ(url.error().fields.size(), 1U);
    EXPECT_EQ(url.error().fields[0].field, "url");
    const std::string reason = GetParam().expected.substr(1);
    EXPECT_NE(url.error().fields[0].message.find(reason), std::string::npos) << url.error().fields[0].message;
  } else {
    ASSERT_TRUE(url) << url.error().detail;
    EXPECT_EQ(url->str(), unescape(GetParam().expected));
    EXPECT_EQ(outcome_of(url->str()), url->str()) << "is not taken back as it is";
    EXPECT_TRUE(std::ranges::all_of(url->str(), [](char c) { return c > ' ' && c < '\x7f'; }));
  }
}

INSTANTIATE_TEST_SUITE_P(TargetUrlsTsv, TargetUrlTable, testing::ValuesIn(read_url_rows("target_urls.tsv")),
                         [](const auto& tested) { return fmt::format("line{}", tested.param.line); });

TEST(TargetUrl, TakesEveryHomepageOfDebianAsABrowserDoes) {
  const std::vector<UrlRow> rows = read_url_rows("homepages.tsv");
  ASSERT_GE(rows.size(), 20'000U);
  int mismatches = 0;
  std::string first_ones;
  for (const UrlRow& row : rows) {
    const std::string& expected = row.expected.empty() ? row.input : row.expected;
    const std::string outcome = outcome_of(row.input);
    if (outcome == expected) continue;
    if (++mismatches <= 10) first_ones += fmt::format("\nline {}: {} -> {}", row.line, row.input, outcome);
  }
  EXPECT_EQ(mismatches, 0) << "of " << rows.size() << ", among them" << first_ones;
}

TEST(TargetUrl, GivesTheHostAndTheEffectivePort) {
  struct Case {
    std::string_view url;
    std::string_view host;
    int port;
  };
  const std::vector<Case> cases = {
      {"http://example.com", "example.com", 80},
      {"https://example.com", "example.com", 443},
      {"https://EXAMPLE.com:8443/a:1/@b?c:2#d:3", "example.com", 8443},
      {"http://user:1234@example.com/", "example.com", 80},
      {"http://user:1234@example.com:81/?a@b:82", "example.com", 81},
      {"https://bücher.example:443/", "xn--bcher-kva.example", 443},
      {"http://127.1:0/", "127.0.0.1", 0},
      {"http://[::1]/", "[::1]", 80},
      {"https://u:p@[2001:db8::1]:65535/", "[2001:db8::1]", 65535},
  };
  for (const Case& c : cases) {
    const result<TargetUrl> url = TargetUrl::parse(c.url);
    ASSERT_TRUE(url) << c.url;
    EXPECT_EQ(url->host(), c.host) << c.url;
    EXPECT_EQ(url->port(), c.port) << c.url;
  }
}

TEST(TargetUrl, FromAStoreIsTheSameValueAsWhenItWasParsed) {
  const TargetUrl parsed = TargetUrl::parse("HTTP://Example.com:8080/ä").value();
  const TargetUrl stored = TargetUrl::from_stored(parsed.str());
  EXPECT_EQ(stored, parsed);
  EXPECT_EQ(stored.host(), "example.com");
  EXPECT_EQ(stored.port(), 8080);
  EXPECT_NE(stored, TargetUrl::from_stored("http://example.com/"));
  EXPECT_LT(TargetUrl::from_stored("http://a.example/"), TargetUrl::from_stored("http://b.example/"));
}

TEST(TargetUrl, OfTheGreatestLengthIsTaken) {
  const std::string longest = "https://example.com/" + std::string(TargetUrl::kMaxBytes - 20, 'a');
  EXPECT_EQ(longest.size(), TargetUrl::kMaxBytes);
  EXPECT_EQ(outcome_of(longest), longest);
}

TEST(TargetUrl, ThrowsOnlyWhenTheValueOfAnErrorIsAskedFor) {
  const result<TargetUrl> refused = TargetUrl::parse("javascript:alert(1)");
  ASSERT_FALSE(refused);
  EXPECT_THROW(static_cast<void>(refused.value()), std::runtime_error);
}

}  // namespace
}  // namespace curt
