#include "curt/app/commands/export_links.hpp"

#include <chrono>
#include <sstream>
#include <streambuf>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/link_database.hpp"
#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/visit_store_contract.hpp"

namespace curt::app {
namespace {

using test::LinkDatabase;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kHeader =
    "code,url,title,tags,redirect_status,forward_query,enabled,created_at,updated_at,not_before,expires_at,"
    "max_visits,spent,version,owner,humans,bots\n";

/// Imports a link that was made long ago, so that its line is known.
std::string made(const std::string& code, const std::string& rest = "") {
  return R"({"code":")" + code + R"(","url":"https://example.com/)" + code +
         R"(","created_at":"2001-02-03T04:05:06Z")" + rest + "}\n";
}

/// The line of CSV of such a link with nothing else.
std::string csv_of(const std::string& code) {
  return code + ",https://example.com/" + code +
         ",,,302,false,true,2001-02-03T04:05:06Z,2001-02-03T04:05:06Z,,,,,1,,0,0\n";
}

Call patient_call() { return Call{Deadline::in(test::patience())}; }

void visit(store::Store& store, std::vector<visits::VisitCount> counts) {
  Call call = patient_call();
  std::vector<visits::Batch> batches{test::batch_of(test::batch_id(0), std::move(counts))};
  const auto applied = test::run(store.visits().apply(call, std::move(batches)));
  ASSERT_TRUE(applied) << applied.error().detail;
}

TEST(ExportingLinks, WritesEveryFieldOfALinkAsNdjson) {
  LinkDatabase database;
  ASSERT_EQ(
      database
          .import(R"({"code":"a","url":"https://example.com/a,b","title":"=1+1, \"x\"","tags":["t1","t 2"],)"
                  R"("redirect_status":301,"forward_query":true,"enabled":false,)"
                  R"("created_at":"2001-02-03T04:05:06.789Z","not_before":"2002-01-01T00:00:00Z",)"
                  R"("expires_at":"2003-01-01T00:00:00.5Z","max_visits":3,"spent":2,"owner":"Ab3dEf6hIj9l"})"
                  "\n")
          .imported,
      1U);
  visit(database.store(), {test::count_of("a", 10, 7)});
  EXPECT_EQ(database.exported(ExportFormat::ndjson),
            R"({"code":"a","short_url":"https://sho.rt/a","url":"https://example.com/a,b",)"
            R"("title":"=1+1, \"x\"","tags":["t 2","t1"],"redirect_status":301,"forward_query":true,)"
            R"("created_at":"2001-02-03T04:05:06.789Z","updated_at":"2001-02-03T04:05:06.789Z",)"
            R"("not_before":"2002-01-01T00:00:00Z","expires_at":"2003-01-01T00:00:00.500Z","max_visits":3,)"
            R"("enabled":false,"version":1,"owner":"Ab3dEf6hIj9l","spent":2,"visits":{"humans":10,"bots":7}})"
            "\n");
}

TEST(ExportingLinks, WritesEveryFieldOfALinkAsCsv) {
  LinkDatabase database;
  ASSERT_EQ(database
                .import(made("a", R"(,"title":"=1+1, \"x\"","tags":["t1","t 2"],"redirect_status":308,)"
                                  R"("forward_query":true,"max_visits":3,"spent":2,"owner":"Ab3dEf6hIj9l")"))
                .imported,
            1U);
  visit(database.store(), {test::count_of("a", 10, 7)});
  EXPECT_EQ(database.exported(ExportFormat::csv),
            kHeader + std::string{"a,https://example.com/a,\"=1+1, \"\"x\"\"\",t 2|t1,308,true,true,"
                                  "2001-02-03T04:05:06Z,2001-02-03T04:05:06Z,,,3,2,1,Ab3dEf6hIj9l,10,7\n"});
}

TEST(ExportingLinks, DisarmsFormulasForSpreadsheetsAlone) {
  LinkDatabase database;
  ASSERT_EQ(database.import(made("-a", R"(,"title":"=1+1","tags":["@x"])")).imported, 1U);
  const std::string text = database.exported(ExportFormat::csv_for_spreadsheets);
  EXPECT_THAT(text, StartsWith("\xef\xbb\xbf"
                               "code,url,title,"));
  EXPECT_THAT(text, HasSubstr("\r\n'-a,https://example.com/-a,'=1+1,'@x,302,"));
  EXPECT_THAT(text, EndsWith(",0,0,\r\n"));
  EXPECT_THAT(database.exported(ExportFormat::csv), HasSubstr("\n-a,https://example.com/-a,=1+1,@x,302,"));
}

TEST(ExportingLinks, WritesWhatWasSpentOfLinksThatAreOrWereLimited) {
  LinkDatabase database;
  ASSERT_EQ(
      database.import(made("a", R"(,"max_visits":3)") + made("b", R"(,"max_visits":3)") + made("c")).imported,
      3U);
  Call call = patient_call();
  for (const char* code : {"a", "b"}) {
    ASSERT_TRUE(test::run(database.store().spend(call, ShortCode::from_valid(code), 2, test::kNow)));
  }
  links::LinkPatch unlimited;
  unlimited.max_visits.emplace();
  ASSERT_TRUE(
      test::run(database.store().update(call, ShortCode::from_valid("b"), unlimited, {}, test::kNow)));
  const std::string text = database.exported(ExportFormat::ndjson);
  EXPECT_THAT(text,
              HasSubstr(R"("max_visits":3,"enabled":true,"version":1,"owner":null,"spent":2,"visits":)"));
  EXPECT_THAT(text,
              HasSubstr(R"("max_visits":null,"enabled":true,"version":2,"owner":null,"spent":2,"visits":)"));
  EXPECT_THAT(text, HasSubstr(R"("max_visits":null,"enabled":true,"version":1,"owner":null,"visits":)"));
}

TEST(ExportingLinks, WritesOnlyTheHeaderWhereThereAreNoLinks) {
  LinkDatabase empty;
  EXPECT_EQ(empty.exported(ExportFormat::csv), kHeader);
  EXPECT_EQ(empty.exported(ExportFormat::ndjson), "");
}

TEST(ExportingLinks, WritesEveryPageInTheOrderOfTheCodesWithTheVisitsOfEach) {
  LinkDatabase database;
  constexpr int kLinks = 2500;
  std::string lines;
  for (int i = 0; i < kLinks; ++i) lines += made(fmt::format("c{:04}", (i * 7) % kLinks));
  ASSERT_EQ(database.import(lines).imported, kLinks);
  visit(database.store(),
        {test::count_of("c0000", 1), test::count_of("c0999", 2, 3), test::count_of("c2499", 4)});
  std::string expected = kHeader;
  for (int i = 0; i < kLinks; ++i) {
    std::string line = csv_of(fmt::format("c{:04}", i));
    const auto visited = [&](const char* visits) { line.replace(line.size() - 4, 3, visits); };
    if (i == 0) visited("1,0");
    if (i == 999) visited("2,3");
    if (i == 2499) visited("4,0");
    expected += line;
  }
  EXPECT_EQ(database.exported(ExportFormat::csv), expected);
}

TEST(ExportingLinks, LeavesOutDeletedLinks) {
  LinkDatabase database;
  database.import(made("a") + made("b"));
  Call call = patient_call();
  ASSERT_TRUE(test::run(database.store().remove(call, ShortCode::from_valid("a"), {}, test::kNow)));
  EXPECT_EQ(database.exported(ExportFormat::csv), kHeader + csv_of("b"));
  // Its code stays taken.
  EXPECT_EQ(database.import(made("a")).rejected, 1U);
}

TEST(ExportingLinks, FailsWhereTheOutputTakesNoMore) {
  class FullDisk final : public std::streambuf {};
  LinkDatabase database;
  database.import(made("a"));
  FullDisk disk;
  std::ostream out{&disk};
  const auto written = test::run(write_links(database.store(), ExportFormat::csv, LinkDatabase::kBase, out));
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().detail, HasSubstr("the links cannot be written"));
}

}  // namespace
}  // namespace curt::app
