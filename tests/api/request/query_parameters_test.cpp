#include "api/request/query_parameters.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::api {
namespace {

TEST(ParseQuery, DecodesNamesAndValues) {
  const auto parameters = parse_query("a=1&b+c=%C3%A4+x&&d");
  ASSERT_TRUE(parameters);
  EXPECT_EQ(*parameters, (std::map<std::string, std::string>{{"a", "1"}, {"b c", "ä x"}, {"d", ""}}));
}

TEST(ParseQuery, RefusesWhatNoRouteCanMean) {
  EXPECT_EQ(parse_query("a=1&a=2").error().fields.at(0).field, "a");
  EXPECT_EQ(parse_query("a=%zz").error().fields.at(0).field, "a");
  std::string many;
  for (int i = 0; i < 32; ++i) many += "p" + std::to_string(i) + "&";
  EXPECT_EQ(parse_query(many)->size(), 32U);
  EXPECT_EQ(parse_query(many + "more").error().fields.at(0).message, "has more than 32 parameters");
}

TEST(RefuseParameters, NamesEachThatIsGiven) {
  EXPECT_FALSE(refuse_parameters(""));
  EXPECT_FALSE(refuse_parameters("&&"));
  const auto refused = refuse_parameters("confirm=1&host=x");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, ErrorCode::invalid_value);
  ASSERT_EQ(refused->fields.size(), 2U);
  EXPECT_EQ(refused->fields[0].field, "confirm");
  EXPECT_EQ(refused->fields[1].field, "host");
  EXPECT_EQ(refuse_parameters("a=%zz")->fields.at(0).field, "a");
}

}  // namespace
}  // namespace curt::api
