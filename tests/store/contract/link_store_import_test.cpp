#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/link_store_contract.hpp"

namespace curt::test {
namespace {

using links::CodeSource;
using links::ImportOutcome;
using links::ImportRow;
using links::NewLink;
using std::chrono::hours;
using testing::Each;
using testing::ElementsAre;

ImportRow alias_of(NewLink link) { return {std::move(link), CodeSource::alias}; }

ImportRow alias_of(std::string_view code, std::string target) {
  return alias_of(new_link(code, std::move(target)));
}

TEST_P(LinkStoreContract, AnImportKeepsVersionAndTimeOfTheLastChange) {
  NewLink edited = new_link("edited", "https://example.com/edited");
  edited.version = 7;
  edited.updated_at = kNow + hours{5};
  EXPECT_THAT(import({alias_of(edited), alias_of("plain", "https://example.com/plain")}).value(),
              Each(ImportOutcome::imported));
  reopen();
  const Link link = find("edited").value();
  EXPECT_EQ(link.version, 7);
  EXPECT_EQ(link.created_at, kNow);
  EXPECT_EQ(link.updated_at, kNow + hours{5});
  const Link plain = find("plain").value();
  EXPECT_EQ(plain.version, 1);
  EXPECT_EQ(plain.updated_at, kNow);
  EXPECT_EQ(update("edited", with_title("title"), 7).value().version, 8);
}

TEST_P(LinkStoreContract, ACreateStoresTheVersionToo) {
  NewLink link = new_link("a", "https://example.com/");
  link.version = 3;
  link.updated_at = kNow + hours{1};
  const Link made = create(request_for(link)).value().link;
  EXPECT_EQ(made.version, 3);
  EXPECT_EQ(made.updated_at, kNow + hours{1});
  EXPECT_EQ(find("a").value().version, 3);
  EXPECT_EQ(find("a").value().updated_at, kNow + hours{1});
}

TEST_P(LinkStoreContract, TheOutcomesOfAnImportHaveTheOrderOfTheRows) {
  ASSERT_TRUE(import({alias_of("m", "https://example.com/m")}));
  EXPECT_THAT(
      import({alias_of("z", "https://example.com/z"), alias_of("m", "https://example.com/other"),
              alias_of("a", "https://example.com/a"), alias_of("z", "https://example.com/a"),
              alias_of("m", "https://example.com/m"), alias_of("a", "https://example.com/a")})
          .value(),
      ElementsAre(ImportOutcome::imported, ImportOutcome::code_taken, ImportOutcome::imported,
                  ImportOutcome::code_taken, ImportOutcome::already_there, ImportOutcome::already_there));
  EXPECT_EQ(find("z").value().target.str(), "https://example.com/z");
}

TEST_P(LinkStoreContract, OfRowsWithOneCodeTheFirstIsStored) {
  std::vector<ImportRow> rows;
  for (int i = 0; i < 300; ++i) {
    const std::string code = "c" + std::to_string((i * 7) % 100);
    rows.push_back(alias_of(code, "https://example.com/" + code + "/" + std::to_string(i / 100)));
  }
  const auto outcomes = import(rows).value();
  EXPECT_EQ(std::count(outcomes.begin(), outcomes.begin() + 100, ImportOutcome::imported), 100);
  EXPECT_EQ(std::count(outcomes.begin() + 100, outcomes.end(), ImportOutcome::code_taken), 200);
  for (int i = 0; i < 100; ++i) {
    const std::string code = "c" + std::to_string(i);
    EXPECT_EQ(find(code).value().target.str(), "https://example.com/" + code + "/0");
  }
}

TEST_P(LinkStoreContract, ARowWithAGeneratedCodeTakesTheLinkOfAnAliasBeforeItOnly) {
  const auto generated = [](std::string_view code, std::string target) {
    return ImportRow{new_link(code, std::move(target)), CodeSource::generated};
  };
  EXPECT_THAT(import({alias_of("z", "https://a.example/"), generated("y", "https://a.example/"),
                      generated("x", "https://b.example/"), alias_of("a", "https://b.example/")})
                  .value(),
              ElementsAre(ImportOutcome::imported, ImportOutcome::already_there, ImportOutcome::imported,
                          ImportOutcome::imported));
}

TEST_P(LinkStoreContract, ASyncAfterAnImportGoesWell) {
  ASSERT_TRUE(import({alias_of("a", "https://example.com/")}));
  Call call{Deadline::in(patience())};
  EXPECT_TRUE(run(store().sync(call)));
}

}  // namespace
}  // namespace curt::test
