#include "curt/domain/target_url.hpp"

#include <algorithm>
#include <fstream>
#include <ostream>
#include <regex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/paths.hpp"

namespace curt {
namespace {

/// One line of a table in tests/data: the columns before and after the tab.
struct Row {
  std::string input;
  std::string expected;  ///< empty if the line has no second column
  int line = 0;
};

std::vector<Row> read_rows(const std::string& name) {
  std::ifstream file(test::test_data_dir() + "/" + name);
  if (!file) throw std::runtime_error("cannot read the test data " + name);
  std::vector<Row> rows;
  std::string text;
  for (int line = 1; std::getline(file, text); ++line) {
    if (text.starts_with('#')) continue;
    const std::size_t tab = std::min(text.find('\t'), text.size());
    rows.push_back({text.substr(0, tab), text.substr(std::min(tab + 1, text.size())), line});
  }
  return rows;
}

/// "{ab*3}" to "ababab", then the escapes \\ \t \n \r \xHH to their bytes.
std::string unescape(const std::string& text) {
  static const std::regex repeat(R"(\{([^{}*]+)\*(\d+)\})");
  std::string expanded;
  std::string rest = text;
  for (std::smatch found; std::regex_search(rest, found, repeat); rest = found.suffix().str()) {
    expanded += found.prefix().str();
    for (int i = std::stoi(found[2]); i > 0; --i) expanded += found[1].str();
  }
  expanded += rest;

  std::string out;
  for (std::size_t i = 0; i < expanded.size(); ++i) {
    if (expanded[i] != '\\') {
      out += expanded[i];
      continue;
    }
    switch (expanded.at(++i)) {
      case 't':
        out += '\t';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 'x':
        out += static_cast<char>(std::stoi(expanded.substr(i + 1, 2), nullptr, 16));
        i += 2;
        break;
      default:
        out += expanded[i];
    }
  }
  return out;
}

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << "line " << row.line << ": " << row.input;
}

std::string outcome_of(std::string_view input) {
  const result<TargetUrl> url = TargetUrl::parse(input);
  return url ? url->str() : "refused: " + url.error().detail;
}

class TargetUrlTable : public testing::TestWithParam<Row> {};

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

INSTANTIATE_TEST_SUITE_P(TargetUrlsTsv, TargetUrlTable, testing::ValuesIn(read_rows("target_urls.tsv")),
                         [](const auto& tested) { return fmt::format("line{}", tested.param.line); });

TEST(TargetUrl, TakesEveryHomepageOfDebianAsABrowserDoes) {
  const std::vector<Row> rows = read_rows("homepages.tsv");
  ASSERT_GE(rows.size(), 20'000U);
  int mismatches = 0;
  std::string first_ones;
  for (const Row& row : rows) {
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
