#include "app/transfer/reading/fields/column.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace curt::app {
namespace {

TEST(Column, HasANameByWhichItIsFound) {
  for (std::size_t i = 0; i < kColumns; ++i) {
    const auto column = static_cast<Column>(i);
    EXPECT_EQ(column_from(name_of(column)), column) << name_of(column);
    const auto meaning = meaning_of(name_of(column));
    ASSERT_TRUE(meaning) << name_of(column);
    EXPECT_EQ(meaning->column, column) << name_of(column);
  }
  EXPECT_FALSE(column_from("Code"));
  EXPECT_FALSE(column_from(""));
}

TEST(PlainName, HasLettersAndDigitsAlone) {
  EXPECT_EQ(plain_name("Long URL"), "longurl");
  EXPECT_EQ(plain_name(" long_url2 "), "longurl2");
  EXPECT_EQ(plain_name("meta.validUntil"), "metavaliduntil");
  EXPECT_EQ(plain_name("Kürzel"), "kürzel");
  EXPECT_EQ(plain_name("\xef\xbb\xbfLong\xc2\xa0\xe2\x80\x8bURL"), "longurl");
  EXPECT_EQ(plain_name("#\x1b-"), "");
}

TEST(MeaningOf, KnowsANameHoweverItIsSpelt) {
  for (const std::string_view name : {"longUrl", "LONG_URL", "Long URL", "long-url", "long.url"}) {
    const auto meaning = meaning_of(name);
    ASSERT_TRUE(meaning) << name;
    EXPECT_EQ(meaning->column, Column::url) << name;
  }
  for (const std::string_view name : {"", "ip", "user agent", "ur l s", "-"})
    EXPECT_FALSE(meaning_of(name)) << name;
}

TEST(MeaningOf, PrefersNamesThatSayMore) {
  EXPECT_LT(meaning_of("long_url")->rank, meaning_of("url")->rank);
  EXPECT_LT(meaning_of("title")->rank, meaning_of("description")->rank);
  EXPECT_EQ(meaning_of("slug")->rank, meaning_of("keyword")->rank);
  EXPECT_TRUE(meaning_of("id")->only_urls);
  EXPECT_FALSE(meaning_of("short_url")->only_urls);
}

}  // namespace
}  // namespace curt::app
