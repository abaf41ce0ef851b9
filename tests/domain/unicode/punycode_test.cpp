#include "domain/unicode/punycode.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace curt::unicode {
namespace {

TEST(Punycode, GivesTheSamplesOfItsSpecification) {  // RFC 3492, section 7.1
  EXPECT_EQ(from_punycode("egbpdaj6bu4bxfgehfvwxn"), "ليهمابتكلموشعربي؟");
  EXPECT_EQ(from_punycode("ihqwcrb4cv8a8dqg056pqjye"), "他们为什么不说中文");
  EXPECT_EQ(from_punycode("Proprostnemluvesky-uyb24dma41a"), "Pročprostěnemluvíčesky");
  EXPECT_EQ(from_punycode("4dbcagdahymbxekheh6e0a7fei0b"), "למההםפשוטלאמדבריםעברית");
  EXPECT_EQ(from_punycode("PorqunopuedensimplementehablarenEspaol-fmd56a"),
            "PorquénopuedensimplementehablarenEspañol");
  EXPECT_EQ(from_punycode("3B-ww4c5e180e575a65lsy2b"), "3年B組金八先生");
  EXPECT_EQ(from_punycode("-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"), "安室奈美恵-with-SUPER-MONKEYS");
  EXPECT_EQ(from_punycode("de-jg4avhby1noc0d"), "パフィーdeルンバ");
}

TEST(Punycode, HasCharactersBeyondTheFirstPlane) { EXPECT_EQ(from_punycode("1z9h"), "🩷"); }

TEST(Punycode, RefusesWhatIsMalformedOrTooLarge) {
  for (const char* text : {"\x80", "a_", "99999999", "0", "abc\xc3\xa4", "9999999999999999"}) {
    EXPECT_EQ(from_punycode(text), std::nullopt) << text;
  }
  EXPECT_EQ(from_punycode(std::string(256, 'a')), std::nullopt);
}

}  // namespace
}  // namespace curt::unicode
