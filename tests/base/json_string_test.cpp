#include "curt/base/json_string.hpp"

#include <gtest/gtest.h>

namespace curt::log {
namespace {

/// What a writer makes of a text, behind what stood there before.
template <auto append>
std::string written(std::string_view text, std::string before = {}) {
  append(before, text);
  return before;
}

TEST(JsonString, EscapesWhatMustBeAndKeepsTheRest) {
  const auto json = [](std::string_view text) { return written<append_json_string>(text, "<"); };
  EXPECT_EQ(json(""), "<\"\"");
  EXPECT_EQ(json("plain ~ text"), "<\"plain ~ text\"");
  EXPECT_EQ(json("a\"b"), "<\"a\\\"b\"");
  EXPECT_EQ(json("a\\b"), "<\"a\\\\b\"");
  EXPECT_EQ(json("\t\x1f"), "<\"\\t\\u001f\"");
  EXPECT_EQ(json("ü"), "<\"ü\"");
  EXPECT_EQ(json("\xFF"), "<\"\uFFFD\"");
  EXPECT_EQ(json(std::string_view("\0", 1)), "<\"\\u0000\"");
}

TEST(TextValue, IsBareOnlyWhereItIsOneWord) {
  const auto value = [](std::string_view text) { return written<append_text_value>(text, "a="); };
  EXPECT_EQ(value("https://example.com/?q"), "a=https://example.com/?q");
  EXPECT_EQ(value("two words"), "a=\"two words\"");
  EXPECT_EQ(value("k=v"), "a=\"k=v\"");
  EXPECT_EQ(value(""), "a=\"\"");
  EXPECT_EQ(value("é\x7f"), "a=\"é\\u007f\"");
}

TEST(TerminalSafe, KeepsPlainTextAndEscapesControls) {
  const auto safe = [](std::string_view text) { return written<append_terminal_safe>(text); };
  EXPECT_EQ(safe("CURT_LISTEN: \"foo\" is wrong"), "CURT_LISTEN: \"foo\" is wrong");
  EXPECT_EQ(safe("a\r\nb"), "a\\r\\nb");
  EXPECT_EQ(safe("\x1b\"a\\b\""), "\\u001b\"a\\b\"");
  EXPECT_EQ(safe("\xC2\x85\xC2\xA0"), "\\u0085\xC2\xA0");
}

}  // namespace
}  // namespace curt::log
