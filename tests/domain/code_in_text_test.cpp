#include "curt/domain/code_in_text.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace curt {
namespace {

/// The code without the dots after it; "" for none.
std::string code_of(std::string_view text) {
  const auto place = code_in_text(text);
  return place ? std::string{text.substr(place->begin, place->end - place->begin)} : "";
}

std::string code_with_dots_of(std::string_view text) {
  const auto place = code_in_text(text);
  return place ? std::string{text.substr(place->begin, place->end_with_dots - place->begin)} : "";
}

TEST(CodeInText, IsAllOfATextThatIsACode) {
  for (const char* code : {"a", "plain", "spring-sale", "a.b", "~x", ".hidden", "_x", "x-", "--", "été",
                           "日本", "नमस्ते", "кампания"}) {
    EXPECT_EQ(code_of(code), code);
    EXPECT_EQ(code_with_dots_of(code), code);
  }
}

// What stands after an address in a text, in a message, in markup or in a mail.
const std::vector<std::string> kAfter{
    "/", "//", "\\", ".", "..", "...", ",", ";", ":", "!", "?", "!!", "?!", "|", "'", "\"", "`", "''", "\"\"",
    ")", "]", "}", ">", "<", "(", "[", "{", "*", "**", "_", "__", "~", "~~", "^", "#", "%", "&", "@", "$",
    "=", "+", " ", "  ", "\t", "\n", "\r\n", "\v", "\f", std::string("\0", 1), "\x7f",
    // No-break spaces, spaces of every width, line and paragraph separators, the ideographic one.
    "\u00A0", "\u1680", "\u2000", "\u2003", "\u2009", "\u200A", "\u2028", "\u2029", "\u202F", "\u205F",
    "\u3000",
    // Invisible ones: soft hyphen, zero width, direction marks and isolates, word joiner, byte order mark.
    "\u00AD", "\u034F", "\u200B", "\u200C", "\u200D", "\u200E", "\u200F", "\u202A", "\u202C", "\u2060",
    "\u2066", "\u2069", "\uFEFF", "\uFE0F",
    // Quotation marks, primes, and the letters that look like these.
    "\u00AB", "\u00BB", "\u00B4", "\u02BC", "\u02BA", "\u2018", "\u2019", "\u201A", "\u201B", "\u201C",
    "\u201D", "\u201E", "\u2032", "\u2033", "\u2039", "\u203A", "\u300C", "\u300D", "\u300E", "\u300F",
    "\u301D", "\uFF02", "\uFF07",
    // Dashes, ellipsis, dots, bullets and daggers.
    "\u2010", "\u2013", "\u2014", "\u2026", "\u00B7", "\u2022", "\u2020", "\u2021",
    // Stops, commas and brackets of other scripts.
    "\u3001", "\u3002", "\uFF0C", "\uFF0E", "\uFF1A", "\uFF1B", "\uFF01", "\uFF1F", "\uFF61", "\u061F",
    "\u060C", "\u061B", "\u06D4", "\u0964", "\u0965", "\u055D", "\u0589", "\u05BE", "\u1362", "\u104B",
    "\u17D4", "\u3008", "\u3009", "\u300A", "\u300B", "\u3010", "\u3011", "\u3014", "\u3015", "\uFF08",
    "\uFF09", "\uFF3D", "\uFF5D", "\u00BF", "\u00A1",
    // Symbols and emoji.
    "\u00AE", "\u2122", "\u2190", "\u2192", "\u2713", "\u20AC", "\U0001F449", "\U0001F525", "\u2764\uFE0F",
    // What is no UTF-8: quotation marks and a space of Windows-1252, a character that is cut off.
    "\x94", "\x92", "\xa0", "\x85", "\xe2", "\xe2\x80", "\xf0\x9f\x91"};

TEST(CodeInText, IsFoundBeforeWhateverEndsTheTextAroundIt) {
  for (const std::string& after : kAfter) {
    for (const char* code : {"plain", "x-y", "été", "日本"}) EXPECT_EQ(code_of(code + after), code) << after;
    for (const std::string& more : kAfter)
      EXPECT_EQ(code_of("plain" + after + more), "plain") << after << more;
  }
}

TEST(CodeInText, IsFoundAfterWhateverBeginsTheTextAroundIt) {
  for (const std::string& before : kAfter) {
    if (before.find_first_of("._~") != std::string::npos) continue;
    EXPECT_EQ(code_of(before + "plain"), "plain") << before;
    EXPECT_EQ(code_of(before + before + "été" + before), "été") << before;
  }
  EXPECT_EQ(code_of("(\"plain\")."), "plain");
  EXPECT_EQ(code_of("„plain“,"), "plain");
  EXPECT_EQ(code_of("《plain》。"), "plain");
}

TEST(CodeInText, KeepsADotTildeOrUnderscoreAtItsBegin) {
  EXPECT_EQ(code_of("(.hidden)"), ".hidden");
  EXPECT_EQ(code_of("~x."), "~x");
  EXPECT_EQ(code_of("_x_"), "_x");
}

TEST(CodeInText, KeepsAHyphenAtItsEndAsAnAddressThatWasBrokenThereIsIncomplete) {
  EXPECT_EQ(code_of("spring-"), "spring-");
  EXPECT_EQ(code_of("spring-."), "spring-");
}

TEST(CodeInText, TellsItsDotsFromThoseOfTheTextAroundIt) {
  EXPECT_EQ(code_with_dots_of("etc."), "etc.");
  EXPECT_EQ(code_of("etc."), "etc");
  EXPECT_EQ(code_with_dots_of("etc.)"), "etc.");
  EXPECT_EQ(code_with_dots_of("etc~_.).~"), "etc~_.");
  EXPECT_EQ(code_with_dots_of("etc)."), "etc");
  EXPECT_EQ(code_with_dots_of("(v1.2."), "v1.2.");
}

TEST(CodeInText, JudgesNothingBetweenItsEnds) {
  EXPECT_EQ(code_of("/a/b/"), "a/b");
  EXPECT_EQ(code_of(" a b "), "a b");
  EXPECT_EQ(code_of("a\xff\xff"
                    "b\xff"),
            "a\xff\xff"
            "b");
}

TEST(CodeInText, IsNotThereWhereNothingIsLeft) {
  for (const char* text : {"", "/", "...", "._~", "\"\"", "\xff\xfe", "\U0001F525", "\u200B", "%"}) {
    EXPECT_FALSE(code_in_text(text)) << text;
  }
}

}  // namespace
}  // namespace curt
