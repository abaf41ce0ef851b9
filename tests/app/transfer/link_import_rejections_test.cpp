#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/transfer/link_import.hpp"
#include "support/app/importing_fixture.hpp"

namespace curt::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST_F(Importing, WritesRejectedLinesInTheirOrderWithTheReasonAbove) {
  store_.targets["taken"] = "https://elsewhere.example/";
  const auto counts =
      import("f,ftp://a.example\ntaken,https://b.example\nok,https://c.example\nstats,https://d.example\r\n",
             store_);
  EXPECT_EQ(counts, (ImportCounts{.imported = 1, .rejected = 3, .reserved = 1, .through_line = 4}));
  EXPECT_EQ(
      rejects_text(),
      "# line 1: url has the scheme ftp, which is not allowed: only http and https are\nf,ftp://a.example\n"
      "# line 2: code taken belongs to another link, or to one that was deleted\ntaken,https://b.example\n"
      "# line 4: code \"stats\" is a reserved word\nstats,https://d.example\n");
}

TEST_F(Importing, TakesTheMendedFileOfRejectedLines) {
  import("url,code\nftp://a.example,f\nhttps://c.example,ok\nhttps://d.example,stats\n", store_);
  std::string mended = rejects_text();
  EXPECT_THAT(mended, StartsWith("url,code\n# line 2: ")) << "the columns have their names here too";
  mended.replace(mended.find("\nftp:") + 1, 3, "http");
  mended.replace(mended.find(",stats\n") + 1, 5, "figures");
  std::filesystem::remove(rejects());
  EXPECT_EQ(import(mended, store_), all_imported(2, 5));
  EXPECT_FALSE(std::filesystem::exists(rejects()));
  EXPECT_EQ(store_.targets.at("figures"), "https://d.example/");
}

TEST_F(Importing, TakesTheMendedFileOfATableWithBackslashes) {
  import(
      "code\turl\tclicks\ttitle\tnotes\na\thttps://a.example\t1\tt\t\\N\nb\tftp://"
      "b.example\t7\tTop\\\t10\t\n",
      store_);
  std::string mended = rejects_text();
  EXPECT_THAT(mended, StartsWith("# a backslash escapes here, and \\N is an empty field\ncode\turl\t"));
  mended.replace(mended.find("\tftp:") + 1, 3, "http");
  std::filesystem::remove(rejects());
  EXPECT_EQ(import(mended, store_), all_imported(1, 4));
  EXPECT_EQ(store_.titles.at("b"), "Top 10");
}

TEST_F(Importing, SaysThatAnEarlierFileCannotBeKept) {
  import("a,ftp://a.example\n", store_);
  RejectedLines rejected{rejects()};
  ASSERT_TRUE(rejected.start());
  std::filesystem::remove(rejects());
  const auto kept = rejected.finish();
  ASSERT_FALSE(kept);
  EXPECT_THAT(kept.error().detail, HasSubstr("cannot be renamed: No such file or directory"));
}

TEST_F(Importing, KeepsWhatAnEarlierImportRejectedUnderTheNextFreeNumber) {
  import("a,ftp://a.example\n", store_);
  EXPECT_EQ(kept_, std::nullopt);
  const std::string mended = "# line 1: mended\na,https://a.example\n";
  std::ofstream{rejects()} << mended;
  std::ofstream{rejects().string() + ".1"} << "something else";
  import("a,ftp://a.example\n", store_);
  ASSERT_EQ(kept_, rejects().string() + ".2");
  EXPECT_EQ(text_of(*kept_), mended);
  EXPECT_THAT(rejects_text(), HasSubstr("\na,ftp://a.example\n"));
}

TEST_F(Importing, KeepsWhatAnEarlierImportRejectedWhereNothingIsRejectedNow) {
  import("a,ftp://a.example\n", store_);
  import("a,https://a.example\n", store_);
  ASSERT_EQ(kept_, rejects().string() + ".1");
  EXPECT_THAT(text_of(*kept_), HasSubstr("\na,ftp://a.example\n"));
  EXPECT_FALSE(std::filesystem::exists(rejects()));
}

TEST_F(Importing, KeepsNoSecondFileOfTheSameRejectedLines) {
  import("a,ftp://a.example\n", store_);
  const std::string text = rejects_text();
  import("a,ftp://a.example\n", store_);
  EXPECT_EQ(kept_, std::nullopt);
  EXPECT_EQ(rejects_text(), text);
  EXPECT_FALSE(std::filesystem::exists(rejects().string() + ".1"));
}

TEST_F(Importing, NamesAnOverlongLineButKeepsNothingThatCouldBeImported) {
  const std::string endless = "https://example.com/" + std::string(RawRecord::kMaxSize, 'x');
  EXPECT_EQ(import(endless + "\nhttps://a.example\n", store_),
            (ImportCounts{.imported = 1, .rejected = 1, .through_line = 2}));
  EXPECT_THAT(rejects_text(),
              HasSubstr("# line 1: is longer than 65536 bytes\n# it begins with https://example.com/xx"));
  EXPECT_LT(rejects_text().size(), 400U);
  EXPECT_EQ(import(rejects_text(), store_), ImportCounts{});
}

TEST_F(Importing, KeepsARejectedLinesBytes) {
  const std::string line{"promo,https://a.example/\xff\x1b"};
  EXPECT_EQ(import(line + "\n", store_).rejected, 1U);
  EXPECT_EQ(
      rejects_text(),
      "# line 1: is not valid UTF-8; save the file as UTF-8, in Excel as \"CSV UTF-8\"\n" + line + "\n");
}

TEST_F(Importing, RejectsALineForWhichNoFreeCodeIsFound) {
  store_.shortest_free = ShortCode::kMaxLength + 1;
  EXPECT_EQ(import(",https://a.example\nb,https://b.example\n", store_),
            (ImportCounts{.imported = 1, .rejected = 1, .through_line = 2}));
  EXPECT_THAT(rejects_text(), HasSubstr("# line 1: no free code was found\n,https://a.example\n"));
}

TEST_F(Importing, SaysBeforeItBeginsThatRejectedLinesHaveNoPlace) {
  const std::filesystem::path missing = folder_.path() / "missing";
  const auto started = RejectedLines{missing / "rejected"}.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().detail, "rejected lines cannot be written to " + (missing / "rejected").string() +
                                        ": No such file or directory; name another file with --rejects");
  EXPECT_EQ(writable_file(missing / "a.rejected", "data"), "data/a.rejected");
  EXPECT_EQ(writable_file(rejects(), "data"), rejects());
  EXPECT_EQ(writable_file("a.rejected", "data"), "a.rejected");
}

TEST_F(Importing, FailsWhenRejectedLinesCannotBeWritten) {
  std::filesystem::create_directory(rejects());
  import("ftp://a.example\n", store_);
  EXPECT_THAT(error_.detail, HasSubstr("rejected lines cannot be written to " + rejects().string()));
}

}  // namespace
}  // namespace curt::app
