#include "domain/unicode/composition.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::unicode {
namespace {

TEST(Composition, ComposesAndOrdersMarks) {
  EXPECT_EQ(composed_host(U"e\u0301te\u0301"), U"\u00E9t\u00E9");
  EXPECT_EQ(composed_host(U"a\u0302\u0323"), U"\u1EAD");
  EXPECT_EQ(composed_host(U"a\u0323\u0302"), U"\u1EAD");
  EXPECT_EQ(composed_host(U"\u00E2\u0323"), U"\u1EAD") << "what was composed is taken apart first";
  EXPECT_EQ(composed_host(U"q\u0323\u0307q\u0307\u0323"), U"q\u0323\u0307q\u0323\u0307");
  EXPECT_EQ(composed_host(U"\u0301a"), U"\u0301a");
  EXPECT_EQ(composed_host(U"<\u0338"), U"\u226E");
  EXPECT_EQ(composed_host(U""), U"");
}

TEST(Composition, KeepsApartWhatAnotherMarkOfTheClassSeparates) {
  EXPECT_EQ(composed_host(U"a\u0305\u0301"), U"a\u0305\u0301");
  EXPECT_EQ(composed_host(U"a\u0323b\u0301"), U"\u1EA1b\u0301");
}

TEST(Composition, ComposesHangul) {
  EXPECT_EQ(composed_host(U"\u1112\u1161\u11AB"), U"\uD55C");
  EXPECT_EQ(composed_host(U"\uD558\u11AB"), U"\uD55C");
  EXPECT_EQ(composed_host(U"\uD55C\u11AB"), U"\uD55C\u11AB");
  EXPECT_EQ(composed_host(U"\uD55C\uAD6D"), U"\uD55C\uAD6D");
  EXPECT_EQ(composed_host(U"\uD558\u11A7"), U"\uD558\u11A7") << "none of the letters that end a syllable";
}

TEST(Composition, ComposesStartersAndWhatIsNewInUnicode) {
  EXPECT_EQ(composed_host(U"\u09C7\u09BE"), U"\u09CB");
  EXPECT_EQ(composed_host(U"\U000105D2\u0307"), U"\U000105C9") << "of Unicode 16";
  EXPECT_EQ(composed_host(U"\U00016D67\U00016D67"), U"\U00016D68") << "of Unicode 16";
}

}  // namespace
}  // namespace curt::unicode
