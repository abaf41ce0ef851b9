#include "base/log_event.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace curt::log {
namespace {

using testing::EndsWith;
using testing::StartsWith;

constexpr std::size_t kMost = 400;

nlohmann::json json_of(std::string_view message, Fields fields) {
  const std::string line = log_event(Format::json, Level::error, message, fields, kMost);
  EXPECT_LE(line.size(), kMost);
  return nlohmann::json::parse("{" + line + "}");
}

TEST(LogEvent, IsLeftAsItIsWhereItFits) {
  const std::string text(300, 'x');
  EXPECT_EQ(json_of("short", {{"text", text}})["text"], text);
}

TEST(LogEvent, HasItsLongestTextsCutUntilItFits) {
  const std::string detail(5'000, 'd');
  const std::string statement(2'000, 's');
  const auto json =
      json_of("refused", {{"detail", detail}, {"code", 42}, {"sql", statement}, {"host", "db-1"}});
  EXPECT_EQ(json["message"], "refused");
  EXPECT_EQ(json["code"], 42);
  EXPECT_EQ(json["host"], "db-1") << "short ones stay whole";
  for (const char* cut : {"detail", "sql"}) {
    const auto text = json[cut].get<std::string>();
    EXPECT_GT(text.size(), 120U) << "the room is used";
    EXPECT_THAT(text, EndsWith("…"));
  }
}

TEST(LogEvent, IsCutInItsMessageToo) {
  const auto message = json_of(std::string(9'000, 'm'), {{"a", 1}})["message"].get<std::string>();
  EXPECT_THAT(message, StartsWith("mmmm"));
  EXPECT_THAT(message, EndsWith("m…"));
}

TEST(LogEvent, IsNeverCutWithinACharacterOrAnEscape) {
  for (const std::string part : {"é", "€", "😀", "\"", "\\", "\n", "\x01", "\xff", "\x80"}) {
    for (std::size_t shift = 0; shift < 6; ++shift) {
      std::string text(shift, '.');
      while (text.size() < 2'000) text += part;
      const auto cut = json_of("odd", {{"text", text}})["text"].get<std::string>();
      EXPECT_THAT(cut, EndsWith("…"));
      const bool is_utf8 = part != "\xff" && part != "\x80";
      EXPECT_TRUE(!is_utf8 || text.starts_with(cut.substr(0, cut.size() - 3))) << cut;
    }
  }
}

TEST(LogEvent, IsCutAsTextToo) {
  const std::string words = "two words\x1b ";
  std::string text;
  while (text.size() < 3'000) text += words;
  const std::string line = log_event(Format::text, Level::warn, "odd", {{"text", text}, {"n", 3}}, kMost);
  EXPECT_LE(line.size(), kMost);
  EXPECT_THAT(line, StartsWith("warn  odd text=\"two words\\u001b "));
  EXPECT_THAT(line, EndsWith("…\" n=3"));
}

TEST(LogEvent, IsLongerWhereNamesAndNumbersAloneAre) {
  const std::string line = log_event(Format::text, Level::warn, "odd", {{"number", 1}, {"text", "word"}}, 10);
  EXPECT_EQ(line, "warn  … number=1 text=\"…\"");
}

}  // namespace
}  // namespace curt::log
