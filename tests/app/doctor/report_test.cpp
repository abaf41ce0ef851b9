#include "app/doctor/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace curt::app {
namespace {

using testing::HasSubstr;

CheckUp some_findings() {
  CheckUp found;
  found.sections.push_back(
      {"Files", {{Mark::ok, "data is there", ""}, {Mark::warning, "a \x1b[2J b", "chmod it"}}});
  found.sections.push_back({"Redis", {{Mark::error, "no", ""}}});
  return found;
}

TEST(DoctorReport, IsALineForEachFindingWithWhatToDoBelow) {
  EXPECT_EQ(to_text(some_findings(), Colours::off),
            "Files\n"
            "  ok         data is there\n"
            "  warning    a \\u001b[2J b\n"
            "             -> chmod it\n"
            "\n"
            "Redis\n"
            "  error      no\n"
            "\n"
            "1 error, 1 warning: `curt serve` would not start.\n");
  EXPECT_THAT(to_text({}, Colours::off), HasSubstr("0 errors, 0 warnings: `curt serve` would start."));
}

TEST(DoctorReport, HasNoHeadingWithoutFindings) {
  CheckUp found;
  found.sections.push_back({"Keys", {}});
  EXPECT_EQ(to_text(found, Colours::off), "0 errors, 0 warnings: `curt serve` would start.\n");
}

TEST(DoctorReport, EndsWithWhatIsTrueOfAServiceThatRunsOrCannotBeJudged) {
  CheckUp found;
  found.sections.push_back({"Addresses", {{Mark::note, "a curt runs", "", true}}});
  EXPECT_THAT(to_text(found, Colours::off), HasSubstr("0 errors, 0 warnings: `curt serve` runs.\n"));
  auto json = nlohmann::json::parse(to_json(found));
  EXPECT_EQ(json["would_start"], false);
  EXPECT_EQ(json["running"], true);
  EXPECT_EQ(json["errors"], 0);
  found.sections.push_back({"Redis", {{Mark::error, "no", ""}}});
  EXPECT_THAT(to_text(found, Colours::off), HasSubstr(": `curt serve` runs, and would not start again.\n"));
  found.sections.clear();
  found.is_complete = false;
  EXPECT_THAT(
      to_text(found, Colours::off),
      HasSubstr("0 errors, 0 warnings: whether `curt serve` would start could not be told in time.\n"));
  json = nlohmann::json::parse(to_json(found));
  EXPECT_EQ(json["would_start"], false);
  EXPECT_EQ(json["complete"], false);
}

TEST(DoctorReport, HasColoursWhereTheyAreWanted) {
  EXPECT_THAT(to_text(some_findings(), Colours::on), HasSubstr("  \033[31merror   \033[0m   no\n"));
}

TEST(DoctorReport, IsOneObjectForScripts) {
  const auto json = nlohmann::json::parse(to_json(some_findings()));
  EXPECT_EQ(json["would_start"], false);
  EXPECT_EQ(json["errors"], 1);
  EXPECT_EQ(json["warnings"], 1);
  ASSERT_EQ(json["findings"].size(), 3U);
  EXPECT_EQ(json["findings"][1]["about"], "Files");
  EXPECT_EQ(json["findings"][1]["mark"], "warning");
  EXPECT_EQ(json["findings"][1]["advice"], "chmod it");
  EXPECT_FALSE(json["findings"][0].contains("advice"));
}

}  // namespace
}  // namespace curt::app
