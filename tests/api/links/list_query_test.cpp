#include "api/links/list_query.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace curt::api {
namespace {

using links::Cursor;
using links::SortKey;
using links::SortOrder;

constexpr Timestamp kTime{std::chrono::milliseconds{1'795'348'800'123}};

std::vector<std::string> blamed(std::string_view query) {
  std::vector<std::string> fields;
  const auto list = parse_list_query(query);
  if (list) return fields;
  EXPECT_EQ(list.error().code, ErrorCode::invalid_value);
  for (const FieldError& error : list.error().fields) fields.push_back(error.field);
  return fields;
}

using Fields = std::vector<std::string>;

TEST(ParseListQuery, HasTheNewestFiftyByDefault) {
  for (const std::string_view query : {"", "&&"}) {
    const auto list = parse_list_query(query);
    ASSERT_TRUE(list);
    EXPECT_EQ(list->limit, 50U);
    EXPECT_EQ(list->sort, SortKey::created_at);
    EXPECT_EQ(list->order, SortOrder::descending);
    EXPECT_FALSE(list->after);
    EXPECT_TRUE(list->search.empty());
    EXPECT_TRUE(list->tag.empty());
  }
}

TEST(ParseListQuery, DecodesTextAndTag) {
  const auto list = parse_list_query("query=a+b%2B%C3%A4&tag=summer%20sale&cursor=");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->search.parts(), Fields{"a b+\xc3\xa4"});
  EXPECT_EQ(list->tag, "summer sale");
  EXPECT_FALSE(list->after);
}

TEST(ParseListQuery, TakesALimitWithinItsBounds) {
  EXPECT_EQ(parse_list_query("limit=1")->limit, 1U);
  EXPECT_EQ(parse_list_query("limit=500")->limit, kMaxPage);
  for (const std::string_view limit :
       {"0", "501", "-1", "", "ten", "1.5", "0x10", "99999999999999999999", "5 "}) {
    EXPECT_EQ(blamed("limit=" + std::string{limit}), Fields{"limit"}) << limit;
  }
}

TEST(ParseListQuery, KnowsEightSorts) {
  const auto sort = [](std::string_view name) {
    const auto list = parse_list_query("sort=" + std::string{name});
    return std::pair{list->sort, list->order};
  };
  EXPECT_EQ(sort("created_at"), std::pair(SortKey::created_at, SortOrder::ascending));
  EXPECT_EQ(sort("-created_at"), std::pair(SortKey::created_at, SortOrder::descending));
  EXPECT_EQ(sort("updated_at"), std::pair(SortKey::updated_at, SortOrder::ascending));
  EXPECT_EQ(sort("-updated_at"), std::pair(SortKey::updated_at, SortOrder::descending));
  EXPECT_EQ(sort("code"), std::pair(SortKey::code, SortOrder::ascending));
  EXPECT_EQ(sort("-code"), std::pair(SortKey::code, SortOrder::descending));
  EXPECT_EQ(sort("visits"), std::pair(SortKey::visits, SortOrder::ascending));
  EXPECT_EQ(sort("-visits"), std::pair(SortKey::visits, SortOrder::descending));
  for (const char* query : {"sort=url", "sort=", "sort=Code", "sort=--code"}) {
    EXPECT_EQ(blamed(query), Fields{"sort"}) << query;
  }
}

TEST(ParseListQuery, RefusesUnknownParametersByName) {
  EXPECT_EQ(blamed("page=2&per_page=5"), (Fields{"page", "per_page"}));
  EXPECT_EQ(blamed("Limit=2"), Fields{"Limit"});
}

TEST(ParseListQuery, RefusesARepeatedParameter) { EXPECT_EQ(blamed("limit=2&limit=3"), Fields{"limit"}); }

TEST(ParseListQuery, RefusesMalformedPercentEncodings) {
  EXPECT_EQ(blamed("query=%zz"), Fields{"query"});
  EXPECT_EQ(blamed("tag=%2"), Fields{"tag"});
  EXPECT_EQ(blamed("%=1"), Fields{"query"});
}

TEST(ParseListQuery, RefusesWhatIsNoUtf8) {
  EXPECT_EQ(blamed("query=%ff"), Fields{"query"});
  EXPECT_EQ(blamed("tag=%c3"), Fields{"tag"});
}

TEST(ParseListQuery, TellsOfEverythingThatIsWrongAtOnce) {
  EXPECT_EQ(blamed("limit=0&sort=x&cursor=y&z=1"), (Fields{"limit", "sort", "z", "cursor"}));
}

TEST(EncodeCursor, IsReadBackWithTheSameSort) {
  const Cursor by_time{kTime, ShortCode::from_valid("a-b_C")};
  for (const SortKey key : {SortKey::created_at, SortKey::updated_at}) {
    const std::string name = key == SortKey::created_at ? "created_at" : "updated_at";
    const auto list =
        parse_list_query("sort=" + name + "&cursor=" + encode_cursor(by_time, key, SortOrder::ascending));
    ASSERT_TRUE(list && list->after);
    EXPECT_EQ(std::get<Timestamp>(list->after->key), kTime);
    EXPECT_EQ(list->after->code.view(), "a-b_C");
  }
  const Cursor by_code{ShortCode::from_valid("a-b_C"), ShortCode::from_valid("a-b_C")};
  const auto list =
      parse_list_query("sort=code&cursor=" + encode_cursor(by_code, SortKey::code, SortOrder::ascending));
  ASSERT_TRUE(list && list->after);
  EXPECT_EQ(std::get<ShortCode>(list->after->key).view(), "a-b_C");
}

TEST(EncodeCursor, KeepsTheNumberOfVisits) {
  for (const SortOrder order : {SortOrder::ascending, SortOrder::descending}) {
    for (const std::int64_t visits : {std::int64_t{0}, std::int64_t{5'000'000'000}}) {
      const Cursor cursor{visits, ShortCode::from_valid("a-b_C")};
      const std::string text = encode_cursor(cursor, SortKey::visits, order);
      EXPECT_EQ(text, (order == SortOrder::ascending ? "v" : "V") + std::to_string(visits) + ".a-b_C");
      const std::string sort = order == SortOrder::ascending ? "sort=visits&cursor=" : "sort=-visits&cursor=";
      const auto list = parse_list_query(sort + text);
      ASSERT_TRUE(list && list->after);
      EXPECT_EQ(std::get<std::int64_t>(list->after->key), visits);
      EXPECT_EQ(list->after->code.view(), "a-b_C");
    }
  }
}

TEST(EncodeCursor, KeepsATimeBefore1970) {
  const Cursor cursor{Timestamp{std::chrono::milliseconds{-5}}, ShortCode::from_valid("abc")};
  const auto list =
      parse_list_query("cursor=" + encode_cursor(cursor, SortKey::created_at, SortOrder::descending));
  ASSERT_TRUE(list && list->after);
  EXPECT_EQ(std::get<Timestamp>(list->after->key).time_since_epoch().count(), -5);
}

TEST(EncodeCursor, IsOfAsciiWhateverTheCodeIs) {
  const ShortCode code = ShortCode::from_valid("été.2~");
  const std::string text = encode_cursor({kTime, code}, SortKey::created_at, SortOrder::descending);
  EXPECT_EQ(text, "C1795348800123.%C3%A9t%C3%A9.2~");
  // Some clients put it into their query as it is, others encode it once more.
  for (const std::string& sent :
       {text, std::string{"C1795348800123.%25C3%25A9t%25C3%25A9.2~"}, std::string{"C1795348800123.été.2~"}}) {
    const auto list = parse_list_query("cursor=" + sent);
    ASSERT_TRUE(list && list->after) << sent;
    EXPECT_EQ(list->after->code, code) << sent;
  }
  const std::string by_code = encode_cursor({code, code}, SortKey::code, SortOrder::ascending);
  EXPECT_EQ(by_code, "n.%C3%A9t%C3%A9.2~");
  EXPECT_EQ(std::get<ShortCode>(parse_list_query("sort=code&cursor=" + by_code)->after->key), code);
}

TEST(EncodeCursor, FitsNoOtherSort) {
  const std::string cursor =
      encode_cursor({kTime, ShortCode::from_valid("abc")}, SortKey::created_at, SortOrder::descending);
  EXPECT_TRUE(parse_list_query("cursor=" + cursor));
  EXPECT_TRUE(parse_list_query("sort=-created_at&cursor=" + cursor));
  EXPECT_EQ(blamed("sort=created_at&cursor=" + cursor), Fields{"cursor"});
  EXPECT_EQ(blamed("sort=updated_at&cursor=" + cursor), Fields{"cursor"});
  EXPECT_EQ(blamed("sort=code&cursor=" + cursor), Fields{"cursor"});
}

TEST(ParseListQuery, RefusesAMadeUpCursor) {
  for (const char* cursor : {"x", ".", "c", "c.", "c1.", "c.abc", "cx.abc", "c1x.abc", "c1.a%20b", "u1.abc",
                             "C1.a%25", "C1.%25zz", "n.abc", "c99999999999999999999.abc", "%00"}) {
    EXPECT_EQ(blamed("cursor=" + std::string{cursor}), Fields{"cursor"}) << cursor;
  }
  for (const char* cursor : {"n1.abc", "n.", "c1.abc"}) {
    EXPECT_EQ(blamed("sort=code&cursor=" + std::string{cursor}), Fields{"cursor"}) << cursor;
  }
  for (const char* cursor :
       {"v.abc", "v-1.abc", "v1x.abc", "v1.", "V1.abc", "c1.abc", "v99999999999999999999.abc"}) {
    EXPECT_EQ(blamed("sort=visits&cursor=" + std::string{cursor}), Fields{"cursor"}) << cursor;
  }
}

}  // namespace
}  // namespace curt::api
