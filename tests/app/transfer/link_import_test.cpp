#include "app/transfer/link_import.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/app/commands/import_links.hpp"
#include "curt/base/metrics.hpp"
#include "curt/store/sqlite/sqlite_store.hpp"

#include "support/run_awaitable.hpp"
#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using links::ImportOutcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override { return Timestamp{1'795'333'780'123ms}; }
  [[nodiscard]] SteadyTime steady_now() const noexcept override { return SteadyTime{1h}; }
};

/// A store that can only import, and that fails and finds codes taken when it is told to.
class ImportStore final : public links::LinkStore {
 public:
  std::map<std::string, std::string> targets;  ///< by code
  std::map<std::string, std::string> owners;   ///< by code; empty for none
  std::vector<std::size_t> batches;            ///< sizes
  std::size_t fails_at = 0;                    ///< the call that fails; 0: none
  std::size_t shortest_free = 0;               ///< generated codes that are shorter are taken

  awaitable<result<std::vector<ImportOutcome>>> import(Call&, std::vector<links::ImportRow> rows) override {
    batches.push_back(rows.size());
    if (batches.size() == fails_at) co_return Error{ErrorCode::unavailable, "the store is down", "disk full"};
    std::vector<ImportOutcome> outcomes;
    outcomes.reserve(rows.size());
    for (const links::ImportRow& row : rows) {
      owners.emplace(row.link.code.view(), row.link.owner ? std::string{row.link.owner->view()} : "");
      outcomes.push_back(put(row));
    }
    co_return outcomes;
  }

  awaitable<result<Link>> find(Call&, ShortCode) override { co_return unused(); }
  awaitable<result<links::Created>> create(Call&, links::CreateRequest) override { co_return unused(); }
  awaitable<result<links::Edited>> update(Call&, ShortCode, links::LinkPatch, links::Precondition,
                                          Timestamp) override {
    co_return unused();
  }
  awaitable<result<std::vector<Link>>> disable(Call&, std::vector<links::LinkVersion>, Timestamp) override {
    co_return unused();
  }
  awaitable<result<Link>> remove(Call&, ShortCode, links::Precondition, Timestamp) override {
    co_return unused();
  }
  awaitable<result<std::vector<ShortCode>>> give(Call&, std::vector<ShortCode>, std::optional<KeyId>,
                                                 KeyId) override {
    co_return unused();
  }
  awaitable<result<links::Spent>> spend(Call&, ShortCode, std::uint64_t, Timestamp) override {
    co_return unused();
  }
  awaitable<result<links::LinkPage>> list(Call&, links::ListQuery) override { co_return unused(); }
  awaitable<result<void>> sync(Call&) override { co_return result<void>{}; }
  awaitable<result<void>> ping(Call&) override { co_return result<void>{}; }
  [[nodiscard]] std::string_view kind() const noexcept override { return "import only"; }

 private:
  static Error unused() { return {ErrorCode::unavailable, "this store can only import"}; }

  ImportOutcome put(const links::ImportRow& row) {
    const std::string code{row.link.code.view()};
    const bool generated = row.code_source == links::CodeSource::generated;
    if (generated && code.size() < shortest_free) return ImportOutcome::code_taken;
    const auto [place, fresh] = targets.emplace(code, row.link.target.str());
    if (fresh) return ImportOutcome::imported;
    return place->second == row.link.target.str() ? ImportOutcome::already_there : ImportOutcome::code_taken;
  }
};

/// Imports texts into a store, with a file for rejected lines in a folder of its own.
class Importing : public testing::Test {
 protected:
  /// Imports the text and keeps the error, if it ended with one.
  ImportCounts import(
      const std::string& text, links::LinkStore& store, std::size_t batch_size = 100,
      const LinkImport::AfterBatch& after_batch = [](const ImportCounts&, std::uint64_t) {
        return LinkImport::Next::go_on;
      }) {
    std::istringstream in{text};
    DecodedInput decoded{in};
    LinkReader reader{decoded, {}, {.domain = domain_}};
    if (auto opened = reader.open(); !opened) {
      ADD_FAILURE() << opened.error().detail;
      return {};
    }
    EXPECT_EQ(reader.early_failure(), "");
    RejectedLines rejected{rejects()};
    EXPECT_TRUE(rejected.start(reader.form().header));
    constexpr std::size_t code_length = 7;
    LinkImport import{{store, rules_, codes_, clock_, owner_}, batch_size, code_length};
    const auto done = test::run(import.run(reader, rejected, after_batch));
    error_ = done ? Error{} : done.error();
    if (done) next_ = *done;
    named_owners_ = import.named_owners();
    return import.counts();
  }

  [[nodiscard]] std::filesystem::path rejects() const { return folder_.path() / "rejected"; }

  [[nodiscard]] std::string rejects_text() const {
    std::ifstream in{rejects(), std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  test::TempFolder folder_;
  ImportStore store_;
  std::optional<KeyId> owner_;
  std::string domain_;
  std::set<KeyId> named_owners_;
  Error error_;
  LinkImport::Next next_ = LinkImport::Next::go_on;

 private:
  SystemRandom random_;
  FixedClock clock_;
  links::CodeGenerator codes_{random_};
  links::LinkRules rules_{{"stats"}, TargetUrl::from_stored("https://sho.rt/")};
};

/// Counts of links that were all imported.
ImportCounts all_imported(std::uint64_t links, std::uint64_t through_line) {
  return {.imported = links, .through_line = through_line};
}

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

TEST_F(Importing, RejectsALineForWhichNoFreeCodeIsFound) {
  store_.shortest_free = ShortCode::kMaxLength + 1;
  EXPECT_EQ(import(",https://a.example\nb,https://b.example\n", store_),
            (ImportCounts{.imported = 1, .rejected = 1, .through_line = 2}));
  EXPECT_THAT(rejects_text(), HasSubstr("# line 1: no free code was found\n,https://a.example\n"));
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

TEST_F(Importing, FailsWhenRejectedLinesCannotBeWritten) {
  std::filesystem::create_directory(rejects());
  import("ftp://a.example\n", store_);
  EXPECT_THAT(error_.detail, HasSubstr("rejected lines cannot be written to " + rejects().string()));
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
