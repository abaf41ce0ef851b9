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

}  // namespace
}  // namespace curt::api
