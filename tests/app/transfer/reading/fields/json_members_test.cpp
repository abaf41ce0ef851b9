#include "app/transfer/reading/fields/json_members.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace curt::app {
namespace {

/// The members as "name=text" and "name=[texts]", one after another, or what is wrong.
std::string members(std::string_view text) {
  const auto read = read_members(text);
  if (!read) {
    EXPECT_EQ(read.error().code, ErrorCode::malformed_json);
    return "error: " + read.error().detail;
  }
  std::string all;
  for (const JsonMember& member : *read) {
    if (!all.empty()) all += ' ';
    all += member.name + '=' + member.text;
    if (!member.is_list) continue;
    all += '[';
    for (const std::string& element : member.list) all += element + ';';
    all += ']';
  }
  return all;
}

TEST(JsonMembers, AreTextsOfEachKindOfValue) {
  EXPECT_EQ(members(R"({"a":"x","b":12,"c":-3,"d":12.50,"e":true,"f":null,"g":18446744073709551615})"),
            "a=x b=12 c=-3 d=12.50 e=true f= g=18446744073709551615");
  EXPECT_EQ(members(R"({"a":12.000,"b":1e3,"c":1.5e0,"d":-0.0})"), "a=12 b=1000 c=1.5e0 d=0");
  EXPECT_EQ(members("{}"), "");
  EXPECT_EQ(members(R"({"a\u00e9":"\ud83d\ude00"})"), "aé=😀");
}

TEST(JsonMembers, HaveTheNameOfTheObjectTheyLieIn) {
  EXPECT_EQ(members(R"({"meta":{"validUntil":"x","deep":{"y":1},"more":[1]},"visits":{"total":3},"z":1})"),
            "meta.validUntil=x visits.total=3 z=1");
}

TEST(JsonMembers, AreListsOfTextsAndOfNames) {
  EXPECT_EQ(members(R"({"tags":["a","b"],"none":[],"z":1})"), "tags=[a;b;] none=[] z=1");
  EXPECT_EQ(members(R"({"tags":[{"id":"1","name":"a","color":"red"},{"name":"b"}]})"), "tags=[a;b;]");
  EXPECT_EQ(members(R"({"tags":[null]})"), "tags=[]") << "what SQL makes of no tags";
  EXPECT_EQ(members(R"({"tags":[{"name":null},{"name":"a"}],"z":null})"), "tags=[a;] z=");
  EXPECT_EQ(members(R"({"tags":[[["a"]],7]})"), "tags=[7;]");
}

TEST(JsonMembers, AreOfOneObject) {
  EXPECT_EQ(members("[1]"), "error: is not a JSON object");
  EXPECT_EQ(members(R"([{"a":1}])"), "error: is not a JSON object");
  EXPECT_EQ(members("17"), "error: is not a JSON object");
  EXPECT_EQ(members(R"({"a":1)"), "error: is not JSON: error at byte 7");
  EXPECT_EQ(members(""), "error: is not JSON: error at byte 1");
  EXPECT_EQ(members(R"({"a":1} x)"), "error: is not JSON: error at byte 9");
}

TEST(JsonMembers, AreNotRepeated) {
  EXPECT_EQ(members(R"({"a":1,"b":{"a":2},"a":3})"), "error: The field \"a\" is repeated.");
}

TEST(JsonMembers, MayBeNestedDeeply) {
  EXPECT_EQ(members("{\"a\":" + std::string(10'000, '[') + std::string(10'000, ']') + ",\"b\":1}"),
            "a=[] b=1");
}

}  // namespace
}  // namespace curt::app
