#include "domain/readable_url.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt {
namespace {

TEST(ReadableUrl, HasNamesInTheirLettersAndPathsInTheirs) {
  EXPECT_EQ(readable_url("https://xn--mnchen-3ya.de/stra%C3%9Fe"), "https://münchen.de/straße");
  EXPECT_EQ(readable_url("https://a.xn--p1ai:8443/%F0%9F%A9%B7"), "https://a.рф:8443/🩷");
  EXPECT_EQ(readable_url("https://example.com/a%20b"), "https://example.com/a b");
}

TEST(ReadableUrl, LeavesWhatCannotBeShown) {
  for (const char* text :
       {"", "%", "%4", "%zz", "%00", "%0A", "%7F", "%C3", "%C3%", "%FF", "%ED%A0%80", "%C2%80", "xn--",
        "xn---", "xn--\x80", "https://xn--99999999999.de/", "https://example.com/"}) {
    EXPECT_EQ(readable_url(text), text);
  }
}

TEST(ReadableUrl, UndoesWhatStandsBesideSomethingThatCannotBeShown) {
  EXPECT_EQ(readable_url("%C3%28%41"), "%C3(A");
}

TEST(ReadableUrl, LeavesLabelsThatDnsCannotHave) {
  const std::string label = "xn--" + std::string(60, 'a') + "-3ya";
  EXPECT_EQ(readable_url("https://" + label + ".de/"), "https://" + label + ".de/");
}

TEST(ReadableUrl, UndoesOneEncodingOnly) { EXPECT_EQ(readable_url("%2541"), "%41"); }

}  // namespace
}  // namespace curt
