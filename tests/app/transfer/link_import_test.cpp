#include "app/transfer/link_import.hpp"

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/base/metrics.hpp"
#include "curt/store/sqlite/sqlite_store.hpp"

#include "support/app/importing_fixture.hpp"

namespace curt::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(Importing, StoresTheRowsOfATable) {
  const std::string text =
      "\xef\xbb\xbf"
      "code,url,title\r\n# mine\r\n\r\na,https://a.example,\"A\r\nand more\"\r\nb,\"https://b.example/x,y\",";
  EXPECT_EQ(import(text, store_), all_imported(2, 6));
  EXPECT_EQ(store_.targets.at("a"), "https://a.example/");
  EXPECT_EQ(store_.targets.at("b"), "https://b.example/x,y");
  EXPECT_FALSE(std::filesystem::exists(rejects()));
}

TEST_F(Importing, StoresTheObjectsOfLines) {
  EXPECT_EQ(
      import("{\"code\":\"a\",\"url\":\"https://a.example\"}\n\n{\"url\":\"https://b.example\"}", store_),
      all_imported(2, 3));
  EXPECT_EQ(store_.targets.at("a"), "https://a.example/");
  EXPECT_EQ(store_.targets.size(), 2U);
}

TEST_F(Importing, StoresTheObjectsOfADocument) {
  EXPECT_EQ(import("{\"links\": [\n {\"code\":\"a\",\"url\":\"https://a.example\"},\n"
                   " {\"code\":\"b\",\"url\":\"https://b.example\"}\n]}\n",
                   store_),
            all_imported(2, 3));
  EXPECT_EQ(store_.targets.at("b"), "https://b.example/");
}

TEST_F(Importing, StoresPlainUrlsUnderNewCodes) {
  EXPECT_EQ(import("\"https://c.example/x,y\"\nhttps://d.example", store_), all_imported(2, 2));
  std::set<std::string> targets;
  for (const auto& [code, target] : store_.targets) {
    EXPECT_EQ(code.size(), 7U);
    targets.insert(target);
  }
  EXPECT_THAT(targets, ElementsAre("https://c.example/x,y", "https://d.example/"));
}

TEST_F(Importing, StoresALinkForEachShortUrlOfARecord) {
  EXPECT_EQ(import("[{\"long_url\":\"https://a.example\",\"custom_bitlinks\":[\"sho.rt/a\",\"sho.rt/b\"]}]",
                   store_),
            all_imported(2, 1));
  EXPECT_EQ(store_.targets.at("a"), "https://a.example/");
  EXPECT_EQ(store_.targets.at("b"), "https://a.example/");
}

TEST_F(Importing, PassesOverLinksOfOtherDomains) {
  domain_ = "sho.rt";
  EXPECT_EQ(
      import(
          "short_url,long_url\nhttps://sho.rt/a,https://a.example\nhttps://else.where/b,https://b.example\n",
          store_),
      (ImportCounts{.imported = 1, .other_domain = 1, .through_line = 3}));
  EXPECT_EQ(store_.targets.size(), 1U);
}

TEST_F(Importing, GivesLinksThatNameNoOwnerToTheOneThatIsAsked) {
  const std::string text =
      "{\"code\":\"a\",\"url\":\"https://a.example\"}\n"
      "{\"code\":\"b\",\"url\":\"https://b.example\",\"owner\":\"Ab3dEf6hIj9l\"}\n"
      "{\"code\":\"c\",\"url\":\"https://c.example\",\"owner\":\"nobody\"}\n";
  owner_ = KeyId::parse("ZZZZZZZZZZZZ");
  EXPECT_EQ(import(text, store_), (ImportCounts{.imported = 2, .rejected = 1, .through_line = 3}));
  EXPECT_EQ(store_.owners.at("a"), "ZZZZZZZZZZZZ");
  EXPECT_EQ(store_.owners.at("b"), "Ab3dEf6hIj9l");
  EXPECT_THAT(named_owners_, ElementsAre(*KeyId::parse("Ab3dEf6hIj9l"))) << "the one of the command is known";
  EXPECT_THAT(rejects_text(), HasSubstr("owner is not the id of a key"));
  owner_.reset();
  (void)import("d,https://d.example\n", store_);
  EXPECT_EQ(store_.owners.at("d"), "");
}

TEST_F(Importing, TakesBatchesOfTheSizeThatIsAsked) {
  std::string text;
  for (int i = 0; i < 25; ++i) text += "https://example.com/" + std::to_string(i) + "\n\n";
  EXPECT_EQ(import(text, store_, 10), all_imported(25, 49));
  EXPECT_THAT(store_.batches, ElementsAre(10, 10, 5));
}

TEST_F(Importing, FindsDuplicatesInTheText) {
  EXPECT_EQ(import("a,https://a.example\na,https://a.example/\na,https://b.example\n", store_),
            (ImportCounts{.imported = 1, .already_there = 1, .rejected = 1, .through_line = 3}));
}

TEST_F(Importing, TriesLongerCodesWhereThoseThatItMadeAreTaken) {
  store_.shortest_free = 9;
  EXPECT_EQ(import(",https://a.example\nb,https://b.example\n,https://c.example\n", store_),
            all_imported(3, 3));
  EXPECT_THAT(store_.batches, ElementsAre(3, 2, 2, 2));
}

TEST_F(Importing, SaysHowFarItCameWhenTheStoreFails) {
  store_.fails_at = 3;
  std::string text;
  for (int i = 1; i <= 10; ++i) text += "c" + std::to_string(i) + ",https://example.com/\n";
  EXPECT_EQ(import(text, store_, 3), all_imported(6, 6));
  EXPECT_EQ(error_.detail, "the store is down");
  EXPECT_EQ(import(text, store_, 3), (ImportCounts{.imported = 4, .already_there = 6, .through_line = 10}));
  EXPECT_EQ(store_.targets.size(), 10U);
}

TEST_F(Importing, StopsAfterABatchWhenAskedTo) {
  const auto stop = [](const ImportCounts& counts, std::uint64_t) {
    return counts.through_line >= 4 ? LinkImport::Next::stop : LinkImport::Next::go_on;
  };
  EXPECT_EQ(import("a,https://a.example\nb,https://a.example\nc,https://a.example\nd,https://a.example\n"
                   "e,https://a.example\n",
                   store_, 2, stop),
            all_imported(4, 4));
  EXPECT_EQ(next_, LinkImport::Next::stop);
}

TEST_F(Importing, IsNotStoppedWhereNothingIsLeft) {
  const auto stop = [](const ImportCounts&, std::uint64_t) { return LinkImport::Next::stop; };
  EXPECT_EQ(import("a,https://a.example\nb,https://b.example\n", store_, 2, stop), all_imported(2, 2));
  EXPECT_EQ(next_, LinkImport::Next::go_on);
}

TEST_F(Importing, SaysHowManyBytesAreDoneWithAndNotHowManyAreRead) {
  std::vector<std::uint64_t> seen;
  const auto note = [&](const ImportCounts&, std::uint64_t bytes) {
    seen.push_back(bytes);
    return LinkImport::Next::go_on;
  };
  const std::string text = "a,https://a.example\nb,https://b.example\nc,https://c.example\n";
  (void)import(text, store_, 1, note);
  EXPECT_THAT(seen, ElementsAre(text.size() / 3, text.size() / 3 * 2, text.size()));
}

TEST_F(Importing, EndsInTheSameStateWhenItIsDoneTwice) {
  Metrics metrics;
  const auto store = store::open_sqlite_store({folder_.path() / "curt.db", 1}, metrics);
  const std::string text =
      "{\"url\":\"https://a.example\"}\n{\"url\":\"https://A.example/\"}\n"
      "{\"url\":\"https://b.example\",\"title\":\"B\"}\n{\"code\":\"c\",\"url\":\"https://c.example\"}\n"
      "{\"url\":\"https://over.example\",\"expires_at\":\"2001-01-01T00:00:00Z\"}\n"
      "{\"url\":\"https://"
      "old.example\",\"expires_at\":\"2001-01-01T00:00:00Z\",\"created_at\":\"2000-01-01T00:00:00Z\"}\n";
  EXPECT_EQ(import(text, **store, 2), (ImportCounts{.imported = 5, .already_there = 1, .through_line = 6}));
  EXPECT_EQ(import(text, **store, 4), (ImportCounts{.already_there = 6, .through_line = 6}));
}

}  // namespace
}  // namespace curt::app
