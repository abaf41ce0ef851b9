#include "app/transfer/reading/fields/link_line.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace curt::app {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kNow{1'795'333'780'123ms};

const links::LinkRules& rules() {
  static const links::LinkRules rules{{"stats"}, TargetUrl::from_stored("https://sho.rt/")};
  return rules;
}

LinkLine line(std::string code, std::string url = "https://a.example/x") {
  LinkLine line;
  line.draft.made_elsewhere = true;
  line.draft.url = std::move(url);
  if (!code.empty()) line.draft.alias = std::move(code);
  return line;
}

std::string refusal(const LinkLine& line) {
  const auto row = to_import_row(line, rules(), kNow);
  return row ? "" : reason_of(row.error());
}

TEST(ToImportRow, MakesALinkOfNowThatGetsACode) {
  const auto row = to_import_row(line(""), rules(), kNow);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->code_source, links::CodeSource::generated);
  EXPECT_EQ(row->link.target.str(), "https://a.example/x");
  EXPECT_EQ(row->link.created_at, kNow);
  EXPECT_EQ(row->link.version, 1);
}

TEST(ToImportRow, KeepsWhatTheRecordSays) {
  LinkLine given = line("v1.2~é");
  given.created_at = kNow - 48h;
  given.updated_at = kNow - 24h;
  given.version = 7;
  given.spent = 3;
  given.draft.max_visits = 5;
  given.owner = KeyId::parse("Ab3dEf6hIj9l");
  given.humans = 11;
  given.bots = 2;
  const auto row = to_import_row(given, rules(), kNow);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->code_source, links::CodeSource::alias);
  EXPECT_EQ(row->link.code.view(), "v1.2~é");
  EXPECT_EQ(row->link.created_at, kNow - 48h);
  EXPECT_EQ(row->link.updated_at, kNow - 24h);
  EXPECT_EQ(row->link.version, 7);
  EXPECT_EQ(row->link.spent, 3);
  EXPECT_EQ(row->link.owner, given.owner);
  EXPECT_EQ(row->humans, 11);
  EXPECT_EQ(row->bots, 2);
}

TEST(ToImportRow, TakesALinkThatIsOver) {
  LinkLine over = line("a");
  over.draft.expires_at = kNow - 24h;
  const auto without_a_beginning = to_import_row(over, rules(), kNow);
  ASSERT_TRUE(without_a_beginning);
  EXPECT_EQ(without_a_beginning->link.settings.expires_at, kNow - 24h);
  EXPECT_EQ(without_a_beginning->link.created_at, kNow - 24h - 1ms);
  over.created_at = kNow - 48h;
  const auto row = to_import_row(over, rules(), kNow);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->link.created_at, kNow - 48h);
}

TEST(ToImportRow, MakesALinkThatWasOverBeforeItWasMadeJustBeforeItsEnd) {
  LinkLine over = line("a");
  over.created_at = kNow - 1h;
  over.draft.expires_at = kNow - 24h;
  const auto row = to_import_row(over, rules(), kNow);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->link.created_at, kNow - 24h - 1ms);
  EXPECT_EQ(row->link.settings.expires_at, kNow - 24h);
}

TEST(ToImportRow, TakesNoChangeFromBeforeTheLinkWasMade) {
  LinkLine given = line("a");
  given.created_at = kNow - 1h;
  given.updated_at = kNow - 2h;
  EXPECT_EQ(to_import_row(given, rules(), kNow)->link.updated_at, kNow - 1h);
}

TEST(ToImportRow, RefusesWhatTheApiRefuses) {
  EXPECT_EQ(refusal(line("STATS")), "code \"STATS\" is a reserved word");
  EXPECT_EQ(refusal(line("a", "https://sho.rt/b")), "url leads back to this service");
  LinkLine much = line("a/b", "ftp://a.example");
  much.draft.redirect_status = 303;
  much.draft.max_visits = 0;
  EXPECT_EQ(refusal(much),
            "url has the scheme ftp, which is not allowed: only http and https are; code has \"/\" (U+002F) "
            "at place 2, which is none of letters, digits and - _ . ~; redirect_status must be 301, 302, 307 "
            "or 308; max_visits must be from 1 to 1000000000000");
}

TEST(ReasonOf, IsOneLineOfPrintableText) {
  EXPECT_EQ(reason_of({ErrorCode::malformed_json, "is not JSON:\n\x1b[31m"}), "is not JSON:\\n\\u001b[31m");
  EXPECT_EQ(reason_of({ErrorCode::malformed_json, "The body is not UTF-8"}), "the line is not UTF-8");
  EXPECT_EQ(reason_of(invalid_fields({{"alias", "is bad"}, {"url", "is\tworse"}})),
            "code is bad; url is\\tworse");
}

}  // namespace
}  // namespace curt::app
