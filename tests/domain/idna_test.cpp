#include "curt/domain/idna.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/domain/target_url.hpp"

#include "domain/unicode/characters.hpp"
#include "domain/unicode/punycode.hpp"
#include "support/domain/url_table.hpp"

namespace curt::idna {
namespace {

using test::outcome_of;
using test::read_url_rows;
using test::UrlRow;

/// What differs from the oracle, by why, and the first few.
struct Differences {
  std::map<std::string, int> counts;
  std::string first_ones;

  void add(const std::string& why, const UrlRow& row, const std::string& outcome) {
    ++counts[why];
    if (!why.empty()) return;
    if (counts[why] <= 10) first_ones += fmt::format("\nline {}: {} -> {}", row.line, row.input, outcome);
  }
};

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// Why curt differs from the standard here; empty if it is not meant to.
std::string reason(const std::string& expected, const std::string& outcome) {
  constexpr std::string_view kRefused = "refused: ";
  if (expected == "!") return "";
  if (!outcome.starts_with(kRefused)) {
    std::string encoded;
    for (const char c : outcome) encoded += c == '^' ? "%5E" : std::string{c};
    return encoded == expected ? "^ in a path" : "";
  }
  for (const char* why : {"control byte", "longer than 253 bytes"}) {
    if (holds(outcome, why)) return why;
  }
  return "";
}

Differences compare(const std::string& table) {
  Differences found;
  for (const UrlRow& row : read_url_rows(table)) {
    const std::string outcome = outcome_of(test::unescape(row.input));
    const std::string expected = test::unescape(row.expected);
    const bool is_same = expected == "!" ? outcome.starts_with("refused: ") : outcome == expected;
    if (!is_same) found.add(reason(expected, outcome), row, outcome);
  }
  return found;
}

TEST(Idna, AgreesWithTheStandardOnTheTestsOfTheWebPlatform) {
  const Differences found = compare("hosts/wpt.tsv");
  EXPECT_EQ(found.first_ones, "");
  const std::map<std::string, int> expected{{"control byte", 6}, {"longer than 253 bytes", 19}};
  EXPECT_EQ(found.counts, expected);
}

TEST(Idna, AgreesWithTheStandardOnEachEmoji) {
  const Differences found = compare("hosts/emoji.tsv");
  EXPECT_EQ(found.first_ones, "");
  EXPECT_TRUE(found.counts.empty());
  EXPECT_GT(read_url_rows("hosts/emoji.tsv").size(), 3'900U);
}

/// The host that the standard makes of a label, by what the table says of it: "!" for nothing.
std::string told(std::string_view says, const std::u32string& label) {
  if (says != "same") return std::string{says};
  const bool is_ascii = std::ranges::all_of(label, [](char32_t character) { return character < 0x80; });
  return is_ascii ? std::string{label.begin(), label.end()} : "xn--" + unicode::to_punycode(label);
}

std::string host_of(const std::u32string& label) {
  std::string name;
  for (const char32_t character : label) name += unicode::utf8_of(character);
  const auto url = TargetUrl::parse("https://" + name + "/");
  return url ? std::string{url->host()} : "!";
}

/// All code points of a short range; of a long one those at its ends and some between.
bool is_tried(char32_t point, char32_t first, char32_t last) {
  constexpr char32_t kEnds = 64;
  constexpr char32_t kStep = 61;
  return point - first < kEnds || last - point < kEnds || (point - first) % kStep == 0;
}

TEST(Idna, AgreesWithTheStandardOnEachCharacterAloneAndBetweenOthers) {
  int tried = 0;
  int wrong = 0;
  for (const UrlRow& row : read_url_rows("hosts/characters.tsv")) {
    const std::size_t blank = row.input.find(' ');
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::from_chars(row.input.data(), row.input.data() + blank, first, 16);
    std::from_chars(row.input.data() + blank + 1, row.input.data() + row.input.size(), last, 16);
    const std::string_view says = row.expected;
    const std::string_view alone = says.substr(0, says.find('\t'));
    const std::string_view between = says.substr(alone.size() + 1);
    for (char32_t point = first; point <= last; ++point) {
      if (!is_tried(point, first, last)) continue;
      ++tried;
      const std::u32string label{point};
      const std::u32string longer{U'a', point, U'b'};
      if (host_of(label) == told(alone, label) && host_of(longer) == told(between, longer)) continue;
      if (++wrong <= 10) ADD_FAILURE() << fmt::format("U+{:04X} ", std::uint32_t{point}) << host_of(label);
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(tried, 50'000);
}

/// The label as browsers show it, in UTF-8; "-" where they show it as it is.
std::string shown(std::string_view label) {
  const auto text = to_unicode(label);
  if (!text) return "-";
  std::string out;
  for (const char32_t character : *text) out += unicode::utf8_of(character);
  return out;
}

TEST(Idna, ShowsALabelThatIsEncoded) {
  EXPECT_EQ(shown("xn--bcher-kva"), "bücher");
  EXPECT_EQ(shown("xn--1z9h"), "🩷") << "of Unicode 15";
  EXPECT_EQ(shown("xn--zca"), "ß");
  EXPECT_EQ(shown("xn--6dbbec0c"), "דוגמה");
}

TEST(Idna, ShowsALabelAsItIsWhereItStandsForNothing) {
  for (const char* label : {"", "bcher", "xn--", "xn--a", "xn--a-", "xn--8i7caa", "xn--bcher-", "xn--1ug",
                            "xn--zz", "xn--99zz9999b", "xn--a-yoc"}) {
    EXPECT_EQ(shown(label), "-") << label;
  }
  EXPECT_EQ(shown("xn--\xC3\xBC"), "-");
}

TEST(Idna, SaysWhyANameCannotBeWritten) {
  const auto why = [](std::string_view name) {
    const auto ascii = to_ascii(name);
    return ascii ? "taken as " + *ascii : ascii.error().fields.front().message;
  };
  EXPECT_EQ(why("ü\xEF\xBF\xBD.example"),
            "has an invalid host name: it has the disallowed character \"\xEF\xBF\xBD\" (U+FFFD)");
  EXPECT_EQ(why("\u0301ü"),
            "has an invalid host name: it begins with U+0301, which joins a character before it");
  EXPECT_EQ(why("a\u200Db"), "has an invalid host name: it has U+200D where no letters join");
  EXPECT_EQ(why("a.אb"), "has an invalid host name: \"אb\" is not in one direction");
  EXPECT_EQ(why("xn--zz.ü"), "has an invalid host name: \"xn--zz\" is no Punycode");
  EXPECT_EQ(why("\xFF"), "has an invalid host name: it is not UTF-8");
}

}  // namespace
}  // namespace curt::idna
