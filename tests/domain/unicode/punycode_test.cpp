#include "domain/unicode/punycode.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace curt::unicode {
namespace {

struct Sample {
  std::u32string label;
  std::string encoded;
};

/// RFC 3492, section 7.1, in lower case, and the edges.
const std::vector<Sample>& samples() {
  static const std::vector<Sample> all{
      {U"\u0644\u064A\u0647\u0645\u0627\u0628\u062A\u0643\u0644\u0645\u0648\u0634\u0639\u0631\u0628\u064A"
       U"\u061F",
       "egbpdaj6bu4bxfgehfvwxn"},
      {U"\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587", "ihqwcrb4cv8a8dqg056pqjye"},
      {U"pro\u010Dprost\u011Bnemluv\u00ED\u010Desky", "proprostnemluvesky-uyb24dma41a"},
      {U"3\u5E74b\u7D44\u91D1\u516B\u5148\u751F", "3b-ww4c5e180e575a65lsy2b"},
      {U"-> $1.00 <-", "-> $1.00 <--"},
      {U"b\u00FCcher", "bcher-kva"},
      {U"\u00FC", "tda"},
      {U"\U0010FFFF", "dn32g"},
      {U"-\u00FC", "--eha"},
      {U"", ""},
  };
  return all;
}

TEST(Punycode, EncodesTheSamplesOfTheRfc) {
  for (const Sample& sample : samples()) EXPECT_EQ(to_punycode(sample.label), sample.encoded);
}

TEST(Punycode, DecodesWhatItEncodes) {
  for (const Sample& sample : samples())
    EXPECT_EQ(from_punycode(sample.encoded), sample.label) << sample.encoded;
  EXPECT_EQ(from_punycode("bcher-KVA"), U"b\u00FCcher") << "digits in any case";
}

TEST(Punycode, RefusesWhatIsNone) {
  for (const char* text : {"z", "-", "-tda", "bcher-k", "b\xC3\xBC-tda", "\xC3\xBC", "tda!", "99999999",
                           "zzzzzzzzzzzz", "dn33g", "ba-99999999999"}) {
    EXPECT_EQ(from_punycode(text), std::nullopt) << text;
  }
}

TEST(Punycode, DecodesNoSurrogate) {
  EXPECT_EQ(from_punycode(to_punycode(std::u32string(1, 0xD800))), std::nullopt);
}

}  // namespace
}  // namespace curt::unicode
