#include "curt/domain/typed_code.hpp"

#include <string>

#include <gtest/gtest.h>

#include "curt/domain/unicode/text_forms.hpp"

namespace curt {
namespace {

std::string meant_by(std::string_view text) {
  const auto code = typed_code(text);
  return code ? std::string{code->view()} : "";
}

TEST(TypedCode, IsTheTextWhereThatIsACode) {
  for (const char* text : {"abc", "v1.2", "été", "日本"}) EXPECT_EQ(meant_by(text), text);
}

TEST(TypedCode, IsTheComposedFormOfADecomposedText) {
  EXPECT_EQ(meant_by("e\u0301te\u0301"), "été");
  EXPECT_EQ(meant_by("\u212Aeys"), "Keys");
  EXPECT_EQ(meant_by("\u1112\u1161\u11AB"), "한");
}

TEST(TypedCode, IsFoundForTheLongestFormOfTheLongestCode) {
  const std::string letter = "\u0390";  // 2 bytes, of which 6 become when it is decomposed
  std::string code;
  std::string typed;
  for (std::size_t i = 0; i < ShortCode::kMaxLength / letter.size(); ++i) {
    code += letter;
    typed += "\u03B9\u0308\u0301";
  }
  EXPECT_EQ(typed.size(), 3 * ShortCode::kMaxLength);
  EXPECT_EQ(meant_by(typed), code);
  EXPECT_EQ(meant_by(typed + "\u03B9\u0308\u0301"), "");
}

TEST(TypedCode, IsNoneWhereNoLinkCanHaveIt) {
  for (const char* text :
       {"", "a b", "a/b", "..", "\xff", "\xc0\xae", "\u0301e", "é\U0001F600", "e\u0301/"}) {
    EXPECT_EQ(meant_by(text), "") << text;
  }
}

}  // namespace
}  // namespace curt
