#include "curt/app/commands/export_links.hpp"

#include <chrono>
#include <memory>
#include <sstream>
#include <streambuf>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/base/metrics.hpp"
#include "curt/store/sqlite/sqlite_store.hpp"

#include "app/transfer/link_import.hpp"
#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/link_store_contract.hpp"
#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kBase = "https://sho.rt";

/// A database of its own that texts are imported into and exported from.
class Database {
 public:
  Database() : store_(store::open_sqlite_store({folder_.path() / "curt.db", 1}, metrics_).value()) {}

  ImportCounts import(const std::string& text) {
    std::istringstream in{text};
    LineReader lines{in};
    RejectedLines rejected{folder_.path() / "rejected"};
    constexpr std::size_t batch_size = 1000;
    constexpr std::size_t code_length = 7;
    LinkImport import{{*store_, rules_, codes_, clock_}, batch_size, code_length};
    const LinkImport::AfterBatch go_on = [](const ImportCounts&) { return LinkImport::Next::go_on; };
    EXPECT_TRUE(test::run(import.run(lines, rejected, go_on)));
    return import.counts();
  }

  std::string exported(ExportFormat format) {
    std::ostringstream out;
    EXPECT_TRUE(test::run(write_links(*store_, format, kBase, out)));
    return out.str();
  }

  links::LinkStore& store() { return *store_; }

 private:
  test::TempFolder folder_;
  Metrics metrics_;
  SystemRandom random_;
  SystemClock clock_;
  links::CodeGenerator codes_{random_};
  links::LinkRules rules_{{}, TargetUrl::from_stored("https://sho.rt/")};
  std::unique_ptr<links::LinkStore> store_;
};

constexpr const char* kRichLines =
    R"({"code":"a","url":"https://example.com/a,b","title":"=1+1, \"x\"","tags":["t1","t 2"],"redirect_status":301})"
    "\n"
    R"({"code":"b","url":"https://example.com/","title":" Grüße ","forward_query":true,"enabled":false})"
    "\n"
    R"({"code":"B","url":"http://b\u00fccher.example/\u00fc?q=1#f","created_at":"2001-02-03T04:05:06.789Z",)"
    R"("not_before":"2002-01-01T00:00:00Z","expires_at":"2003-01-01T00:00:00.5Z","redirect_status":308})"
    "\n";

TEST(ExportingLinks, WritesNdjsonThatComesBackWithoutALoss) {
  Database first;
  ASSERT_EQ(first.import(kRichLines).imported, 3U);
  const std::string text = first.exported(ExportFormat::ndjson);
  EXPECT_THAT(text, HasSubstr(R"("title":"=1+1, \"x\"","tags":["t 2","t1"],"redirect_status":301)"));
  EXPECT_THAT(text, HasSubstr(R"("created_at":"2001-02-03T04:05:06.789Z")"));
  Database second;
  EXPECT_EQ(second.import(text), (ImportCounts{3, 0, 0, 3}));
  EXPECT_EQ(second.exported(ExportFormat::ndjson), text);
}

TEST(ExportingLinks, WritesWhatWasSpentOfLimitedLinks) {
  Database first;
  ASSERT_EQ(first
                .import(R"({"code":"a","url":"https://example.com/","max_visits":3})"
                        "\nb,https://example.com/\n")
                .imported,
            2U);
  Call call{Deadline::in(test::patience())};
  ASSERT_TRUE(test::run(first.store().spend(call, ShortCode::from_valid("a"), 2, test::kNow)));
  const std::string text = first.exported(ExportFormat::ndjson);
  EXPECT_THAT(text, HasSubstr(R"("max_visits":3,"enabled":true,"version":1,"owner":null,"spent":2})"));
  EXPECT_THAT(text, HasSubstr(R"("max_visits":null,"enabled":true,"version":1,"owner":null})"));
  Database second;
  EXPECT_EQ(second.import(text), (ImportCounts{2, 0, 0, 2}));
  EXPECT_EQ(second.exported(ExportFormat::ndjson), text);
}

TEST(ExportingLinks, WritesCsvThatComesBackWithCodeUrlAndTitle) {
  Database first;
  ASSERT_EQ(first.import(kRichLines).imported, 3U);
  const std::string text = first.exported(ExportFormat::csv);
  EXPECT_EQ(text,
            "code,url,title\n"
            "B,http://xn--bcher-kva.example/%C3%BC?q=1#f,\n"
            "a,\"https://example.com/a,b\",\"=1+1, \"\"x\"\"\"\n"
            "b,https://example.com/,\" Grüße \"\n");
  Database second;
  EXPECT_EQ(second.import(text), (ImportCounts{3, 0, 0, 4}));
  EXPECT_EQ(second.exported(ExportFormat::csv), text);
}

TEST(ExportingLinks, WritesOnlyTheHeaderWhereThereAreNoLinks) {
  Database empty;
  EXPECT_EQ(empty.exported(ExportFormat::csv), "code,url,title\n");
  EXPECT_EQ(empty.exported(ExportFormat::ndjson), "");
}

TEST(ExportingLinks, WritesEveryPageInTheOrderOfTheCodes) {
  Database database;
  std::string lines;
  for (int i = 0; i < 1500; ++i)
    lines += fmt::format("c{:04},https://example.com/{}\n", (i * 7) % 1500, (i * 7) % 1500);
  ASSERT_EQ(database.import(lines).imported, 1500U);
  std::string expected = "code,url,title\n";
  for (int i = 0; i < 1500; ++i) expected += fmt::format("c{:04},https://example.com/{},\n", i, i);
  EXPECT_EQ(database.exported(ExportFormat::csv), expected);
}

TEST(ExportingLinks, LeavesOutDeletedLinks) {
  Database database;
  database.import("a,https://a.example\nb,https://b.example\n");
  Call call{Deadline::in(test::patience())};
  ASSERT_TRUE(test::run(database.store().remove(call, ShortCode::from_valid("a"), {}, test::kNow)));
  EXPECT_EQ(database.exported(ExportFormat::csv), "code,url,title\nb,https://b.example/,\n");
  // Its code stays taken.
  EXPECT_EQ(database.import("a,https://a.example\n").rejected, 1U);
}

TEST(ExportingLinks, FailsWhereTheOutputTakesNoMore) {
  class FullDisk final : public std::streambuf {};
  Database database;
  database.import("a,https://a.example\n");
  FullDisk disk;
  std::ostream out{&disk};
  const auto written = test::run(write_links(database.store(), ExportFormat::csv, kBase, out));
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().detail, HasSubstr("the links cannot be written"));
}

}  // namespace
}  // namespace curt::app
