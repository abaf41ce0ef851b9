#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "support/store/link_store_contract.hpp"

namespace curt::test {
namespace {

using links::CodeSource;
using links::ImportOutcome;
using links::ImportRow;
using links::LinkPatch;
using links::NewLink;
using testing::ElementsAre;
using testing::IsEmpty;

ImportRow row_of(NewLink link, CodeSource source) { return {.link = std::move(link), .code_source = source}; }

TEST_P(LinkStoreContract, AnEditChangesWhatItNamesAndNothingElse) {
  NewLink link = new_link("edit", "https://example.com/");
  link.title = "title";
  link.tags = {"a", "b"};
  link.settings.expires_at = kLatestTimestamp;
  given(link);
  LinkPatch patch;
  patch.target = TargetUrl::from_stored("https://example.com/new");
  patch.tags = {"b", "ü"};
  patch.redirect_status = RedirectStatus::temporary_redirect;
  patch.enabled = false;
  const Link edited = update("edit", patch).value();
  EXPECT_EQ(edited.version, 2);
  EXPECT_EQ(edited.updated_at, kLater);
  reopen();
  const Link found = find("edit").value();
  EXPECT_EQ(found.target.str(), "https://example.com/new");
  EXPECT_EQ(found.title, "title");
  EXPECT_THAT(found.tags, ElementsAre("b", "ü"));
  EXPECT_EQ(found.settings, edited.settings);
  EXPECT_EQ(found.settings.redirect_status, RedirectStatus::temporary_redirect);
  EXPECT_FALSE(found.settings.enabled);
  EXPECT_EQ(found.settings.expires_at, kLatestTimestamp);
  EXPECT_EQ(found.version, 2);
  EXPECT_EQ(found.created_at, kNow);
  EXPECT_EQ(found.updated_at, kLater);
}

TEST_P(LinkStoreContract, AnEditClearsWhatItSetsToNull) {
  NewLink link = new_link("edit", "https://example.com/");
  link.title = "title";
  link.settings.not_before = kNow;
  link.settings.expires_at = kLater;
  given(link);
  LinkPatch patch;
  patch.title.emplace(std::nullopt);
  patch.not_before.emplace(std::nullopt);
  patch.expires_at.emplace(std::nullopt);
  ASSERT_TRUE(update("edit", patch));
  const Link found = find("edit").value();
  EXPECT_EQ(found.title, std::nullopt);
  EXPECT_EQ(found.settings, LinkSettings{});
}

TEST_P(LinkStoreContract, AnEditThatChangesNothingLeavesTheVersion) {
  given(new_link("edit", "https://example.com/"));
  LinkPatch patch;
  patch.enabled = true;
  EXPECT_EQ(update("edit", patch).value().version, 1);
  EXPECT_EQ(find("edit").value().updated_at, kNow);
}

TEST_P(LinkStoreContract, AnEditOfAnotherVersionIsRefused) {
  given(new_link("edit", "https://example.com/"));
  EXPECT_EQ(update("edit", with_title("one"), 1).value().version, 2);
  EXPECT_EQ(error_of(update("edit", with_title("two"), 1)), ErrorCode::version_mismatch);
  EXPECT_EQ(error_of(remove("edit", 1)), ErrorCode::version_mismatch);
  EXPECT_EQ(find("edit").value().title, "one");
  EXPECT_EQ(update("edit", with_title("two"), 2).value().version, 3);
}

TEST_P(LinkStoreContract, AnEditOfOneOfSeveralVersionsIsMade) {
  given(new_link("edit", "https://example.com/"));
  const auto any_of = [](std::vector<std::int64_t> versions) {
    return links::WantedVersions{std::move(versions)};
  };
  EXPECT_EQ(error_of(update("edit", with_title("one"), any_of({0, 2}))), ErrorCode::version_mismatch);
  EXPECT_EQ(error_of(update("edit", with_title("one"), any_of({}))), ErrorCode::version_mismatch);
  EXPECT_EQ(update("edit", with_title("one"), any_of({7, 1})).value().version, 2);
  EXPECT_EQ(error_of(remove("edit", any_of({1, 3}))), ErrorCode::version_mismatch);
  EXPECT_TRUE(remove("edit", any_of({1, 2})));
}

TEST_P(LinkStoreContract, AnEditThatWouldEndALinkBeforeItBeginsIsRefused) {
  NewLink link = new_link("edit", "https://example.com/");
  link.settings.not_before = kLater;
  given(link);
  LinkPatch patch;
  patch.title = "title";
  patch.expires_at = kLater;
  EXPECT_EQ(error_of(update("edit", patch)), ErrorCode::invalid_value);
  EXPECT_EQ(find("edit").value().title, std::nullopt);
}

TEST_P(LinkStoreContract, ALinkThatIsNotThereCannotBeEditedOrDeleted) {
  EXPECT_EQ(error_of(update("nowhere", with_title("title"))), ErrorCode::not_found);
  EXPECT_EQ(error_of(remove("nowhere")), ErrorCode::not_found);
}

TEST_P(LinkStoreContract, DeletingLeavesATombstoneThatCannotBeEdited) {
  given(new_link("gone", "https://example.com/"));
  const Link tombstone = remove("gone", 1).value();
  EXPECT_EQ(tombstone.deleted_at, kLater);
  EXPECT_EQ(tombstone.version, 2);
  reopen();
  const Link found = find("gone").value();
  EXPECT_EQ(found.deleted_at, kLater);
  EXPECT_EQ(found.updated_at, kLater);
  EXPECT_EQ(found.version, 2);
  EXPECT_EQ(error_of(update("gone", with_title("title"))), ErrorCode::deleted);
  EXPECT_EQ(error_of(remove("gone")), ErrorCode::deleted);
}

TEST_P(LinkStoreContract, TheListByTagFollowsEditsAndDeletes) {
  NewLink link = new_link("tagged", "https://example.com/");
  link.tags = {"old", "stays"};
  given(link);
  LinkPatch patch;
  patch.tags = {"new", "stays"};
  ASSERT_TRUE(update("tagged", patch));
  EXPECT_THAT(codes_of(list(tagged("old")).value().links), IsEmpty());
  EXPECT_THAT(codes_of(list(tagged("new")).value().links), ElementsAre("tagged"));
  EXPECT_THAT(codes_of(list(tagged("stays")).value().links), ElementsAre("tagged"));
  ASSERT_TRUE(remove("tagged"));
  EXPECT_THAT(codes_of(list(tagged("stays")).value().links), IsEmpty());
}

TEST_P(LinkStoreContract, AnImportSaysOfEachRowWhatBecameOfIt) {
  given(new_link("here", "https://example.com/here"));
  given(new_link("gone", "https://example.com/gone"));
  ASSERT_TRUE(remove("gone"));
  NewLink titled = new_link("alias", "https://example.com/alias");
  titled.title = "title";
  const std::vector<ImportRow> rows{
      row_of(new_link("gen1", "https://example.com/new"), CodeSource::generated),
      row_of(new_link("gen2", "https://example.com/here"), CodeSource::generated),
      row_of(new_link("here", "https://example.com/new2"), CodeSource::generated),
      row_of(titled, CodeSource::alias),
      row_of(new_link("here", "https://example.com/here"), CodeSource::alias),
      row_of(new_link("here", "https://example.com/elsewhere"), CodeSource::alias),
      row_of(new_link("gone", "https://example.com/gone"), CodeSource::alias),
      row_of(new_link("gen3", "https://example.com/gone"), CodeSource::generated),
      row_of(new_link("gen4", "https://example.com/new"), CodeSource::generated),
  };
  EXPECT_THAT(import(rows).value(),
              ElementsAre(ImportOutcome::imported, ImportOutcome::already_there, ImportOutcome::code_taken,
                          ImportOutcome::imported, ImportOutcome::already_there, ImportOutcome::code_taken,
                          ImportOutcome::code_taken, ImportOutcome::imported, ImportOutcome::already_there));
  reopen();
  EXPECT_EQ(find("gen1").value().target.str(), "https://example.com/new");
  EXPECT_EQ(find("alias").value().title, "title");
  EXPECT_EQ(find("here").value().target.str(), "https://example.com/here");
  EXPECT_EQ(error_of(find("gen2")), ErrorCode::not_found);
  EXPECT_EQ(error_of(find("gen4")), ErrorCode::not_found);
}

TEST_P(LinkStoreContract, AnImportThatIsRunAgainEndsInTheSameState) {
  std::vector<ImportRow> rows;
  for (int i = 0; i < 1000; ++i) {
    const std::string number = std::to_string(i);
    rows.push_back(row_of(new_link("code" + number, "https://example.com/" + number),
                          i % 2 == 0 ? CodeSource::generated : CodeSource::alias));
  }
  EXPECT_THAT(import(rows).value(), testing::Each(ImportOutcome::imported));
  for (ImportRow& row : rows) {
    if (row.code_source == CodeSource::generated)
      row.link.code = code_of("again" + std::string{row.link.code.view()});
  }
  const auto outcomes = import(rows).value();
  EXPECT_EQ(outcomes.size(), rows.size());
  EXPECT_THAT(outcomes, testing::Each(ImportOutcome::already_there));
  EXPECT_EQ(list(sorted_by(links::SortKey::code, links::SortOrder::ascending, 2000)).value().links.size(),
            1000U);
}

TEST_P(LinkStoreContract, AnImportTakesTheTargetOfAnExpiredLinkAgain) {
  const NewLink again = given_expired("https://example.com/", "again");
  EXPECT_THAT(import({row_of(again, CodeSource::generated)}).value(), ElementsAre(ImportOutcome::imported));
}

TEST_P(LinkStoreContract, AnEmptyImportDoesNothing) { EXPECT_THAT(import({}).value(), IsEmpty()); }

}  // namespace
}  // namespace curt::test
