#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

/// `curt import` and `curt export` in a folder of their own, with the database curt.db there.
class ImportAndExport : public testing::Test {
 protected:
  [[nodiscard]] fs::path path(const std::string& name) const { return folder_.path() / name; }

  [[nodiscard]] Finished curt(std::vector<std::string> arguments, const fs::path& input = "/dev/null",
                              const std::string& database = "curt.db") const {
    arguments.insert(arguments.begin(), curt_binary());
    const ChildOptions options{{{"CURT_DATABASE_URL", "sqlite:" + database}}, folder_.path(), input};
    return run(std::move(arguments), options);
  }

  fs::path given(const std::string& name, const std::string& text) const {
    std::ofstream{path(name), std::ios::binary} << text;
    return path(name);
  }

  [[nodiscard]] std::string text_of(const std::string& name) const {
    std::ifstream in{path(name), std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  const TempFolder folder_;
};

constexpr const char* kTable =
    "\xef\xbb\xbf"
    "Code,Url,Title,Tags,Expires At\r\n"
    "# links of the spring campaign\r\n"
    "\r\n"
    "spring,https://example.com/spring,\"Spring, \"\"24\"\"\",,\r\n"
    ",\"https://example.com/a,b\"\r\n"
    "old,https://example.com/old,,x,2001-01-01T00:00:00Z\r\n"
    ",https://example.com/titled,Generated";

constexpr const char* kSummary = R"([0-9]+ imported, [0-9]+ already there, [0-9]+ rejected in [0-9]+\.[0-9]+ s
)";

TEST_F(ImportAndExport, TakesATableAndTakesItAgainWithoutAChange) {
  given("links.txt", kTable);
  const Finished first = curt({"import", "links.txt"});
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(first.out, MatchesRegex(kSummary));
  EXPECT_THAT(first.out, StartsWith("4 imported, 0 already there, 0 rejected in "));
  EXPECT_FALSE(fs::exists(path("links.txt.rejected")));
  const std::string exported = curt({"export"}).out;
  EXPECT_THAT(exported, HasSubstr("\nspring,https://example.com/spring,\"Spring, \"\"24\"\"\",,302,"));
  EXPECT_THAT(exported, HasSubstr(",\"https://example.com/a,b\",,,302,"));

  const Finished again = curt({"import", "links.txt"});
  EXPECT_EQ(again.status, 0);
  EXPECT_THAT(again.out, StartsWith("0 imported, 4 already there, 0 rejected in "));
  EXPECT_EQ(curt({"export"}).out, exported);
}

TEST_F(ImportAndExport, LeavesOneAuditLineOfWhatWasImported) {
  given("links.txt", "good,https://example.com/\nbad,ftp://example.com/\n");
  const auto line = nlohmann::json::parse(curt({"import", "links.txt"}).err);
  EXPECT_EQ(line.value("message", ""), "audit");
  EXPECT_EQ(line.value("level", ""), "info");
  EXPECT_EQ(line.value("action", ""), "import");
  EXPECT_EQ(line.value("outcome", ""), "done");
  EXPECT_EQ(line.value("imported", 0), 1);
  EXPECT_EQ(line.value("rejected", 0), 1);
  EXPECT_EQ(line.value("from", ""), "links.txt");
  EXPECT_THAT(line.value("by", ""), StartsWith("user:"));
  EXPECT_EQ(curt({"import", "links.txt"}).err, "") << "nothing was changed";
}

TEST_F(ImportAndExport, PutsRejectedLinesIntoAFileThatCanBeMendedAndImported) {
  given("links.csv",
        "good,https://example.com/\r\nhealth,https://example.com/h\r\nbell,https://example.com/\x07/x\n"
        "bad,ftp://example.com/\n");
  const Finished first = curt({"import", "links.csv"});
  EXPECT_EQ(first.status, 1);
  EXPECT_THAT(first.out, StartsWith("1 imported, 0 already there, 3 rejected in "));
  EXPECT_THAT(first.out, HasSubstr("\nrejected lines and the reasons are in links.csv.rejected\n"));
  std::string rejected = text_of("links.csv.rejected");
  EXPECT_EQ(rejected,
            "# line 2: code \"health\" is a reserved word\nhealth,https://example.com/h\n"
            "# line 3: url contains the control byte 0x07\nbell,https://example.com/\x07/x\n"
            "# line 4: url has the scheme ftp, which is not allowed: only http and https "
            "are\nbad,ftp://example.com/\n");

  rejected.replace(rejected.find("\nhealth,"), 8, "\nfit,");
  rejected.replace(rejected.find(",ftp:"), 5, ",http:");
  rejected.erase(rejected.find('\x07'), 1);
  given("links.csv.rejected", rejected);
  const Finished again = curt({"import", "links.csv"});
  EXPECT_EQ(again.err, "what an earlier import rejected is kept in links.csv.rejected.1\n");
  EXPECT_EQ(text_of("links.csv.rejected.1"), rejected);

  given("links.csv.rejected", rejected);
  const Finished mended = curt({"import", "links.csv.rejected"});
  EXPECT_EQ(mended.status, 0) << mended.out;
  EXPECT_THAT(mended.out, StartsWith("3 imported, 0 already there, 0 rejected in "));

  given("links.csv", "https://example.com/fine\n");
  ASSERT_EQ(curt({"import", "links.csv"}).status, 0);
  EXPECT_FALSE(fs::exists(path("links.csv.rejected"))) << "what an earlier import rejected";
  EXPECT_EQ(text_of("links.csv.rejected.2"), rejected);
}

TEST_F(ImportAndExport, ExitsWithZeroDespiteRejectedLinesWhenItMaySkipThem) {
  given("links.txt", "ftp://example.com/\nhttps://example.com/\n");
  const Finished done = curt({"import", "--skip-invalid", "--rejects", "bad.txt", "links.txt"});
  EXPECT_EQ(done.status, 0);
  EXPECT_THAT(done.out, StartsWith("1 imported, 0 already there, 1 rejected in "));
  EXPECT_THAT(text_of("bad.txt"), HasSubstr("\nftp://example.com/\n"));
}

TEST_F(ImportAndExport, ReadsTheStandardInput) {
  const Finished done =
      curt({"import", "-"}, given("links.txt", "a,https://example.com/\nb,ftp://none.example/\n"));
  EXPECT_EQ(done.status, 1);
  EXPECT_THAT(done.out, StartsWith("1 imported, 0 already there, 1 rejected in "));
  EXPECT_THAT(text_of("curt-import.rejected"), HasSubstr("\nb,ftp://none.example/\n"));
}

TEST_F(ImportAndExport, RejectsACodeThatBelongsToAnotherLink) {
  ASSERT_EQ(curt({"import", "-"}, given("a", "a,https://example.com/\n")).status, 0);
  const Finished done =
      curt({"import", "b"}, given("b", "a,https://example.com/other\na,https://EXAMPLE.com\n"));
  EXPECT_EQ(done.status, 1);
  EXPECT_THAT(done.out, StartsWith("0 imported, 1 already there, 1 rejected in "));
  EXPECT_THAT(text_of("b.rejected"),
              HasSubstr("# line 1: code a belongs to another link, or to one that was deleted\n"));
}

TEST_F(ImportAndExport, RoundTripsThroughAFreshDatabase) {
  given("links.txt", kTable);
  ASSERT_EQ(curt({"import", "links.txt"}).status, 0);
  for (const std::string format : {"csv", "ndjson"}) {
    const std::string database = format + ".db";
    ASSERT_EQ(curt({"export", "--format", format, "--output", "links." + format}).status, 0);
    const Finished import = curt({"import", "links." + format}, "/dev/null", database);
    EXPECT_EQ(import.status, 0) << import.out;
    EXPECT_THAT(import.out, StartsWith("4 imported, 0 already there, 0 rejected in "));
    EXPECT_EQ(curt({"export", "--format", format}, "/dev/null", database).out, text_of("links." + format));
  }
}

TEST_F(ImportAndExport, ALinkThatIsUsedUpStaysUsedUpInAnotherDatabase) {
  const auto follow = [](const CurtProcess& server) {
    RawClient client{server.port()};
    client.send(
        "GET /limited HTTP/1.1\r\nHost: localhost\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\r\n");
    const auto answer = client.read_response();
    return answer ? answer->status : 0;
  };
  given("links.txt", R"({"code":"limited","url":"https://example.com/","max_visits":1})");
  ASSERT_EQ(curt({"import", "links.txt"}).status, 0);
  {
    CurtProcess server{curt_binary(), folder_.path()};
    EXPECT_EQ(follow(server), 302U);
    EXPECT_EQ(follow(server), 410U);
    EXPECT_EQ(server.stop(), 0);
  }
  ASSERT_EQ(curt({"export", "--format", "ndjson", "--output", "links.ndjson"}).status, 0);
  const TempFolder elsewhere;
  const std::string database = (elsewhere.path() / "curt.db").string();
  EXPECT_THAT(curt({"import", "links.ndjson"}, "/dev/null", database).out, StartsWith("1 imported, "));
  CurtProcess server{curt_binary(), elsewhere.path()};
  EXPECT_EQ(follow(server), 410U);
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(ImportAndExport, ReplacesAFileOnlyWhenItIsComplete) {
  given("links.txt", "a,https://example.com/\n");
  ASSERT_EQ(curt({"import", "links.txt"}).status, 0);
  given("out.csv", "earlier");
  fs::create_symlink("out.csv", path("link.csv"));
  EXPECT_EQ(curt({"export", "--output", "link.csv"}).status, 0);
  const std::string exported = text_of("out.csv");
  EXPECT_THAT(exported, StartsWith("code,url,title,tags,"));
  EXPECT_THAT(exported, HasSubstr("\na,https://example.com/,,,302,"));
  EXPECT_TRUE(fs::is_symlink(path("link.csv")));
  EXPECT_FALSE(fs::exists(path("out.csv.part")));

  // A page that cannot be read: the earlier export stays.
  given("broken.db", std::string(4096, 'x'));
  const Finished failed = curt({"export", "--output", "out.csv"}, "/dev/null", "broken.db");
  EXPECT_EQ(failed.status, 1);
  EXPECT_EQ(text_of("out.csv"), exported);
}

TEST_F(ImportAndExport, WritesForItsUserAloneAndThroughNoLinkThatWasThere) {
  given("links.txt", "a,https://example.com/\nb,ftp://example.com/\n");
  fs::create_symlink("victim", path("links.txt.rejected"));
  EXPECT_EQ(curt({"import", "links.txt"}).status, 1);
  given("out.csv.part", "left by an export that was killed");
  fs::permissions(path("out.csv.part"), fs::perms{0644});
  EXPECT_EQ(curt({"export", "--output", "out.csv"}).status, 0);
  fs::create_symlink("victim", path("next.csv.part"));
  EXPECT_EQ(curt({"export", "--output", "next.csv"}).status, 0);
  EXPECT_FALSE(fs::exists(path("victim")));
  for (const char* file : {"out.csv", "next.csv", "links.txt.rejected"}) {
    EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(path(file)))) << file;
    EXPECT_EQ(fs::status(path(file)).permissions(), fs::perms{0600}) << file;
  }
}

TEST_F(ImportAndExport, OverwriteNothingThatIsNotTheirs) {
  given("links.txt", "a,https://example.com/\nb,ftp://example.com/\n");
  given("notes.txt", "precious");
  const Finished import = curt({"import", "--rejects", "notes.txt", "links.txt"});
  EXPECT_EQ(import.status, 1);
  EXPECT_EQ(import.err,
            "curt import: rejected lines cannot be written to notes.txt: it is there and holds something "
            "else; move it "
            "away, or name another file with --rejects\n");
  EXPECT_EQ(text_of("notes.txt"), "precious");
  EXPECT_FALSE(fs::exists(path("curt.db"))) << "nothing was begun";
  ASSERT_EQ(curt({"import", "--skip-invalid", "links.txt"}).status, 0);
  EXPECT_EQ(curt({"import", "--rejects", "curt.db", "links.txt"}).status, 1);
  const Finished onto = curt({"export", "--output", "curt.db"});
  EXPECT_EQ(onto.status, 1);
  EXPECT_EQ(onto.err, "curt export: curt.db is the database itself\n");
  EXPECT_THAT(curt({"export"}).out, HasSubstr("\na,https://example.com/,"));
}

TEST_F(ImportAndExport, SayWhatFailedInOneLine) {
  given("links.txt", "a,https://example.com/\n");
  ASSERT_EQ(curt({"import", "links.txt"}).status, 0);
  struct Case {
    std::vector<std::string> arguments;
    std::string database;
    std::string error;
  };
  const std::vector<Case> cases{
      {{"import", "none.txt"},
       "curt.db",
       "curt import: none.txt cannot be read: No such file or directory\n"},
      {{"import", "."}, "curt.db", "curt import: . cannot be read: it is a folder\n"},
      {{"import", "links.txt", "--rejects", "./links.txt"},
       "curt.db",
       "curt import: links.txt cannot be read: the rejected lines would be written over it\n"},
      {{"import", "links.txt"}, "links.txt", "curt import: links.txt is not an SQLite database\n"},
      {{"export"}, "none.db", "curt export: there is no database none.db\n"},
      {{"export", "--output", "none/links.csv"},
       "curt.db",
       "curt export: none/links.csv cannot be written: No such file or directory\n"},
      {{"export", "--output", "/dev/full"},
       "curt.db",
       "curt export: the links cannot be written: No space left on device\n"},
  };
  for (const Case& c : cases) {
    const Finished failed = curt(c.arguments, "/dev/null", c.database);
    EXPECT_EQ(failed.status, 1) << c.error;
    EXPECT_EQ(failed.err, c.error);
    EXPECT_EQ(failed.out, "") << c.error;
  }
  EXPECT_EQ(text_of("links.txt"), "a,https://example.com/\n");
  EXPECT_FALSE(fs::exists(path("none.db")));
}

TEST_F(ImportAndExport, ServesLinksThatAreImportedBesideARunningService) {
  CurtProcess server{curt_binary(), folder_.path()};
  std::string lines;
  for (int i = 0; i < 3000; ++i) lines += fmt::format("c{0},https://example.com/{0}\n", i);
  given("links.txt", lines);
  EXPECT_EQ(curt({"import", "links.txt", "--batch-size", "100"}).status, 0);
  RawClient client{server.port()};
  for (int i = 0; i < 3000; ++i) {
    client.send(fmt::format("GET /c{} HTTP/1.1\r\nHost: localhost\r\n\r\n", i));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    ASSERT_EQ(response->status, 302U);
    ASSERT_EQ(response->header("Location"), fmt::format("https://example.com/{}", i));
  }
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace curt::test
