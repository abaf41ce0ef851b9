#include "curt/base/enum_names.hpp"

#include <gtest/gtest.h>

namespace curt {
namespace {

enum class Color { red, green, blue };

constexpr EnumNames<Color, Color::blue> kColors{
    {Color::blue, "Blue"}, {Color::red, "Red"}, {Color::green, "Green"}};

TEST(EnumNames, FindsANameByItsValueAndNotByItsPlace) {
  static_assert(kColors[Color::red] == "Red");
  EXPECT_EQ(kColors[Color::green], "Green");
  EXPECT_EQ(kColors[Color::blue], "Blue");
}

TEST(EnumNames, CallsANumberThatIsNoEnumeratorUnknown) {
  EXPECT_EQ(kColors[static_cast<Color>(3)], "unknown");
  EXPECT_EQ(kColors[static_cast<Color>(-1)], "unknown");
}

}  // namespace
}  // namespace curt
