#include "api/request/flat_object.hpp"

#include <cstddef>
#include <string>

#include <gtest/gtest.h>

namespace curt::api {
namespace {

using nlohmann::json;

json parsed(std::string_view body) {
  auto object = parse_flat_object(body);
  return object ? json(*object) : json(object.error().detail);
}

TEST(ParseFlatObject, KeepsScalarsAndTheElementsOfArrays) {
  EXPECT_EQ(parsed(R"({"a":1,"b":-2,"c":"x","d":true,"e":null,"f":1.5,"g":["y",2,null],"h":[]})"),
            (json{{"a", 1},
                  {"b", -2},
                  {"c", "x"},
                  {"d", true},
                  {"e", nullptr},
                  {"f", 1.5},
                  {"g", {"y", 2, nullptr}},
                  {"h", json::array()}}));
}

TEST(ParseFlatObject, TakesANumberWithoutAFractionForAnInteger) {
  const json object = parsed(R"({"a":3600.0,"b":1e3,"c":3600.5,"d":1e300,"e":-2.0,"f":9007199254740993.0})");
  EXPECT_EQ(object.dump(), R"({"a":3600,"b":1000,"c":3600.5,"d":1e+300,"e":-2,"f":9007199254740993})");
}

TEST(ParseFlatObject, KeepsOfWhatIsNestedOnlyWhatItIs) {
  EXPECT_EQ(parsed(R"({"a":{"b":1,"a":[2]},"c":[{"d":3},[4,[5]],"e"],"f":6})"),
            (json{{"a", json::object()}, {"c", {json::object(), json::array(), "e"}}, {"f", 6}}));
}

TEST(ParseFlatObject, SeesARepeatedFieldOfTheObjectItself) {
  EXPECT_EQ(parsed(R"({"a":{"b":1,"b":2},"b":[{"b":3},{"b":4}]})").size(), 2U);
  EXPECT_EQ(parsed(R"({"a":[1],"a":2})"), "The field \"a\" is repeated.");
}

TEST(ParseFlatObject, SaysWhereABodyIsNoJson) {
  EXPECT_EQ(parsed(R"({"a":1,})"), "The body is not JSON: error at byte 8.");
  EXPECT_EQ(parsed(R"({"a":1e999})"), "The body holds a number that is too large.");
  EXPECT_EQ(parsed(R"([{"a":1}])"), "The body is not a JSON object.");
  EXPECT_EQ(parsed(R"("a")"), "The body is not a JSON object.");
}

/// Time cannot be tested, so that this fails only where it runs into the time limit of a test.
TEST(ParseFlatObject, NeedsTimeLinearInTheBody) {
  std::string body = R"({"a":[)";
  for (std::size_t i = 0; i < 3'000'000; ++i) body += "{},";
  body += "{}]}";
  EXPECT_EQ(parsed(body).at("a").size(), 3'000'001U);
}

TEST(Quotable, CutsLongNamesBetweenCharacters) {
  EXPECT_EQ(quotable("url"), "url");
  EXPECT_EQ(quotable(std::string(64, 'x')), std::string(64, 'x'));
  EXPECT_EQ(quotable(std::string(65, 'x')), std::string(64, 'x') + "…");
  EXPECT_EQ(quotable(std::string(63, 'x') + "äää"), std::string(63, 'x') + "…");
}

}  // namespace
}  // namespace curt::api
