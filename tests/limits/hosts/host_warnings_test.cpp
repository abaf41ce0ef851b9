#include "curt/limits/hosts/host_warnings.hpp"

#include <string>

#include <gtest/gtest.h>

#include "curt/domain/target_url.hpp"

namespace curt::limits {
namespace {

/// "mixed", "confusable", both or nothing.
std::string warnings(const std::string& host) {
  const auto target = TargetUrl::parse("https://" + host + "/");
  if (!target) {
    ADD_FAILURE() << host << ": " << target.error().detail;
    return "";
  }
  const HostWarnings found = warnings_of(target->host());
  std::string text = found.mixes_scripts ? "mixed" : "";
  if (found.looks_like_another) text += "confusable";
  EXPECT_EQ(found.any(), !text.empty());
  return text;
}

TEST(HostWarnings, AreNoneForAscii) {
  for (const char* host : {"example.com", "192.0.2.1", "[2001:db8::1]", "a-b_c.example", "xn-a.example"}) {
    EXPECT_EQ(warnings(host), "") << host;
  }
}

TEST(HostWarnings, AreNoneForOneScript) {
  for (const char* host : {"bücher.example", "münchen-2026.de", "пример.example", "παράδειγμα.example",
                           "例え.example", "правда.рф", "한국어.example", "שלום.example"}) {
    EXPECT_EQ(warnings(host), "") << host;
  }
}

TEST(HostWarnings, AreNoneForScriptsThatAreWrittenTogether) {
  for (const char* host : {"日本語テスト.example", "ひらがなカタカナ漢字.example", "hello日本語.example",
                           "kpop한국.example", "sony株式会社ラボ.example"}) {
    EXPECT_EQ(warnings(host), "") << host;
  }
}

TEST(HostWarnings, TellOfALabelThatMixesScripts) {
  EXPECT_EQ(warnings("pаypal.example"), "mixed") << "with a Cyrillic a";
  EXPECT_EQ(warnings("gοogle.example"), "mixed") << "with a Greek o";
  EXPECT_EQ(warnings("пример日本.example"), "mixed");
  EXPECT_EQ(warnings("www.аpple.example"), "mixed");
}

TEST(HostWarnings, AreNoneForLabelsOfOneScriptEach) { EXPECT_EQ(warnings("пример.bücher.example"), ""); }

TEST(HostWarnings, TellOfALabelThatLooksLikeOneInAscii) {
  EXPECT_EQ(warnings("аррӏе.com"), "confusable") << "all of it Cyrillic";
  EXPECT_EQ(warnings("www.сосо.com"), "confusable");
  EXPECT_EQ(warnings("сс-2026.com"), "confusable");
}

TEST(HostWarnings, AreNoneForSuchALabelWhereTheWholeNameIsInItsScript) { EXPECT_EQ(warnings("сосо.рф"), ""); }

TEST(HostWarnings, TellOfEachLabelWhateverTheOthersAre) {
  EXPECT_EQ(warnings("\xF0\x9F\x92\xA9.сосо.com"), "confusable") << "below a label that is an emoji";
  EXPECT_EQ(warnings("a_b.pаypal.example"), "mixed");
}

TEST(HostWarnings, AreNoneForALabelThatStandsForNothing) {
  for (const char* host :
       {"xn--.example", "xn--a.example", "xn--zz.example", "xn--8i7caa.example", "xn--bcher-.example"}) {
    EXPECT_EQ(warnings(host), "") << host;
  }
}

TEST(HostWarnings, KnowWhatIsNewerThanTheSystem) {
  EXPECT_EQ(warnings("🩷.example"), "");
  EXPECT_EQ(warnings("🩷pаypal.example"), "mixed") << "beside an emoji of Unicode 15";
}

TEST(HostWarnings, TakeNoNoticeOfADotAtTheEnd) { EXPECT_EQ(warnings("сосо.com."), "confusable"); }

}  // namespace
}  // namespace curt::limits
