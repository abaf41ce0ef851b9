#include "curt/links/code_generator.hpp"

#include <cctype>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/chosen_random.hpp"

namespace curt::links {
namespace {

/// Every byte once, in order.
std::vector<std::uint8_t> every_byte() {
  std::vector<std::uint8_t> bytes(256);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

TEST(CodeGenerator, DrawsEachOfTheLettersAndDigitsEvenly) {
  // 15 codes of 16 characters and one of 8 take 248 bytes, if no byte is lost: every one that is drawn at
  // all.
  test::ChosenRandom random{every_byte()};
  const CodeGenerator generator{random};
  std::map<char, int> drawn;
  for (int i = 0; i < 15; ++i) {
    const ShortCode code = generator.generate(16);
    for (const char c : code.view()) ++drawn[c];
  }
  const ShortCode last = generator.generate(8);
  for (const char c : last.view()) ++drawn[c];

  EXPECT_EQ(drawn.size(), 62U);
  for (const auto& [c, times] : drawn) {
    EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c))) << c;
    EXPECT_EQ(times, 4) << c;
  }
}

TEST(CodeGenerator, ThrowsBytesAwayThatWouldFavourACharacter) {
  // 248 to 255 would make the first eight characters likelier.
  test::ChosenRandom random{{248, 249, 250, 251, 252, 253, 254, 255, 247}};
  EXPECT_EQ(CodeGenerator{random}.generate(10).view(), "zzzzzzzzzz");
}

TEST(CodeGenerator, MakesCodesOfTheWishedLength) {
  test::ChosenRandom random{every_byte()};
  const CodeGenerator generator{random};
  for (std::size_t length = 1; length <= ShortCode::kMaxLength; ++length) {
    const ShortCode code = generator.generate(length);
    EXPECT_EQ(code.view().size(), length);
    EXPECT_TRUE(ShortCode::is_valid(code.view())) << code.view();
  }
}

TEST(CodeGenerator, DrawsFreshBytesForEachCode) {
  test::CountingRandom random;
  const CodeGenerator generator{random};
  EXPECT_EQ(generator.generate(7).view(), "0000000");
  EXPECT_EQ(generator.generate(7).view(), "1111111");
}

TEST(CodeGenerator, DoesNotRepeatItselfWithTheKernelsRandomness) {
  SystemRandom random;
  const CodeGenerator generator{random};
  std::set<std::string> codes;
  for (int i = 0; i < 1000; ++i) codes.emplace(generator.generate(10).view());
  EXPECT_EQ(codes.size(), 1000U);
}

}  // namespace
}  // namespace curt::links
