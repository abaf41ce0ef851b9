#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "support/store/link_store_contract.hpp"

namespace curt::test {
namespace {

using links::CodeSource;
using links::CreateOutcome;
using links::CreateRequest;
using links::ImportOutcome;
using links::NewLink;
using testing::ElementsAre;
using testing::IsEmpty;

/// A link with everything that a link can have.
NewLink full_link() {
  NewLink link = new_link("back", "https://example.com/shop?season=spring");
  link.title = "Spring sale";
  link.tags = {"shop", "spring"};
  link.settings.redirect_status = RedirectStatus::temporary_redirect;
  link.settings.forward_query = true;
  link.settings.enabled = false;
  link.settings.not_before = kNow - std::chrono::hours{2};
  link.settings.expires_at = kNow - std::chrono::hours{1};
  link.settings.max_visits = 10;
  link.spent = 4;
  link.owner = key_id(1);
  return link;
}

/// All that a link is.
auto all_of(const Link& link) {
  return std::tie(link.code, link.target, link.title, link.tags, link.settings, link.created_at,
                  link.updated_at, link.version, link.deleted_at, link.spent, link.owner);
}

CreateRequest alias_request(NewLink link) {
  CreateRequest request = request_for(std::move(link));
  request.code_source = CodeSource::alias;
  return request;
}

TEST_P(LinkStoreContract, ARestoredLinkIsAsItWas) {
  const Link before = given(full_link());
  ASSERT_EQ(remove("back").value().version, 2);
  reopen();
  Link expected = before;
  expected.version = 3;
  expected.updated_at = kLaterStill;
  const Link restored = restore("back").value();
  EXPECT_TRUE(all_of(restored) == all_of(expected));
  reopen();
  const Link found = find("back").value();
  EXPECT_TRUE(all_of(found) == all_of(expected));
  EXPECT_EQ(update("back", with_title("new"), 3).value().version, 4);
}

TEST_P(LinkStoreContract, OnlyWhatIsDeletedCanBeRestored) {
  EXPECT_EQ(error_of(restore("nowhere")), ErrorCode::not_found);
  given(new_link("there", "https://example.com/"));
  EXPECT_EQ(error_of(restore("there")), ErrorCode::not_deleted);
  EXPECT_EQ(error_of(restore("there", 9)), ErrorCode::not_deleted);
  EXPECT_EQ(find("there").value().version, 1);
  ASSERT_TRUE(remove("there"));
  ASSERT_TRUE(restore("there"));
  EXPECT_EQ(error_of(restore("there")), ErrorCode::not_deleted);
  EXPECT_EQ(find("there").value().version, 3);
}

TEST_P(LinkStoreContract, ATombstoneOfAnotherVersionIsNotRestored) {
  given(new_link("back", "https://example.com/"));
  ASSERT_TRUE(remove("back"));
  EXPECT_EQ(error_of(restore("back", 1)), ErrorCode::version_mismatch);
  EXPECT_TRUE(find("back").value().deleted_at.has_value());
  EXPECT_EQ(restore("back", 2).value().version, 3);
}

TEST_P(LinkStoreContract, ALinkCanBeDeletedAndRestoredAgainAndAgain) {
  given(new_link("back", "https://example.com/"));
  for (std::int64_t version = 1; version < 9; version += 2) {
    ASSERT_EQ(remove("back", version).value().version, version + 1);
    ASSERT_EQ(restore("back", version + 1).value().version, version + 2);
  }
  EXPECT_EQ(codes_of(list({}).value().links), (std::vector<std::string>{"back"}));
}

TEST_P(LinkStoreContract, ListsHaveARestoredLinkAgain) {
  NewLink link = new_link("back", "https://example.com/spring");
  link.tags = {"shop", "ü"};
  given(link);
  NewLink other = new_link("other", "https://example.com/");
  other.created_at = kLater;
  given(other);
  ASSERT_TRUE(remove("back"));
  ASSERT_THAT(codes_of(list(tagged("shop")).value().links), IsEmpty());
  ASSERT_TRUE(restore("back"));
  EXPECT_THAT(codes_of(list(tagged("shop")).value().links), ElementsAre("back"));
  EXPECT_THAT(codes_of(list(tagged("ü")).value().links), ElementsAre("back"));
  EXPECT_THAT(codes_of(list(containing("spring")).value().links), ElementsAre("back"));
  using enum links::SortKey;
  using enum links::SortOrder;
  EXPECT_THAT(codes_of(list(sorted_by(created_at, descending)).value().links), ElementsAre("other", "back"));
  EXPECT_THAT(codes_of(list(sorted_by(updated_at, descending)).value().links), ElementsAre("back", "other"));
  EXPECT_THAT(codes_of(list(sorted_by(code, ascending)).value().links), ElementsAre("back", "other"));
  ASSERT_TRUE(remove("back"));
  EXPECT_THAT(codes_of(list(tagged("shop")).value().links), IsEmpty());
}

TEST_P(LinkStoreContract, ARestoredLinkGrantsWhatWasLeftOfItsVisits) {
  NewLink link = new_link("ten", "https://example.com/");
  link.settings.max_visits = 10;
  given(link);
  ASSERT_EQ(spend("ten", 7).value().granted, 7U);
  ASSERT_TRUE(remove("ten"));
  EXPECT_EQ(spend("ten", 2).value().granted, 0U);
  EXPECT_EQ(restore("ten").value().spent, 7);
  EXPECT_EQ(spend("ten", 5).value().granted, 3U);
  EXPECT_EQ(spend("ten", 1).value().granted, 0U);
}

TEST_P(LinkStoreContract, ARestoredLinkServesThoseWhoReuseOrRepeat) {
  CreateRequest request = request_for(new_link("a", "https://example.com/"));
  request.idempotency = key_of("key");
  ASSERT_TRUE(create(request));
  ASSERT_TRUE(remove("a"));
  EXPECT_EQ(error_of(create(request)), ErrorCode::deleted);
  ASSERT_TRUE(restore("a"));
  EXPECT_EQ(create(request).value().outcome, CreateOutcome::replayed);
  CreateRequest reusing = request_for(new_link("b", "https://example.com/"));
  reusing.reuse = true;
  EXPECT_EQ(create(reusing).value().link.code, code_of("a"));
}

TEST_P(LinkStoreContract, AnImportFindsARestoredLinkThere) {
  const auto imported = [&] {
    return import({{new_link("back", "https://example.com/"), CodeSource::alias}}).value().front();
  };
  given(new_link("back", "https://example.com/"));
  ASSERT_TRUE(remove("back"));
  EXPECT_EQ(imported(), ImportOutcome::code_taken);
  ASSERT_TRUE(restore("back"));
  EXPECT_EQ(imported(), ImportOutcome::already_there);
}

TEST_P(LinkStoreContract, TheAliasOfARestoredLinkIsItsOwn) {
  given(new_link("back", "https://example.com/"));
  ASSERT_TRUE(remove("back"));
  EXPECT_EQ(error_of(create(alias_request(new_link("back", "https://new.example/")))),
            ErrorCode::alias_taken);
  EXPECT_EQ(restore("back").value().target.str(), "https://example.com/");
  EXPECT_EQ(error_of(create(alias_request(new_link("back", "https://new.example/")))),
            ErrorCode::alias_taken);
}

TEST_P(LinkStoreContract, OfThoseWhoRestoreALinkAtTheSameTimeOneDoes) {
  constexpr std::size_t kThreads = 8;
  given(new_link("back", "https://example.com/"));
  for (std::int64_t version = 1; version < 9; version += 2) {
    ASSERT_TRUE(remove("back", version));
    std::atomic<std::size_t> restored{0};
    std::atomic<std::size_t> refused{0};
    on_threads(kThreads, [&](std::size_t /*thread*/) {
      const auto outcome = restore("back");
      if (outcome) ++restored;
      if (error_of(outcome) == ErrorCode::not_deleted) ++refused;
    });
    EXPECT_EQ(restored, 1U);
    EXPECT_EQ(refused, kThreads - 1);
    EXPECT_EQ(find("back").value().version, version + 2);
  }
}

TEST_P(LinkStoreContract, DeletesRestoresEditsAndVisitsAtTheSameTimeLoseNothing) {
  constexpr std::size_t kRounds = 25;
  NewLink link = new_link("back", "https://example.com/");
  link.settings.max_visits = 1'000'000;
  given(link);
  std::atomic<std::int64_t> changes{0};
  std::atomic<std::int64_t> granted{0};
  std::atomic<std::size_t> strange{0};
  const auto count = [&](const auto& outcome, ErrorCode expected) {
    if (outcome) {
      ++changes;
    } else if (outcome.error().code != expected) {
      ++strange;
    }
  };
  on_threads(8, [&](std::size_t thread) {
    for (std::size_t i = 0; i < kRounds; ++i) {
      switch (thread % 4) {
        case 0:
          count(remove("back"), ErrorCode::deleted);
          break;
        case 1:
          count(restore("back"), ErrorCode::not_deleted);
          break;
        case 2:
          count(update("back", with_title(std::to_string(thread) + "/" + std::to_string(i))),
                ErrorCode::deleted);
          break;
        default:
          granted += static_cast<std::int64_t>(spend("back", 2).value().granted);
      }
    }
  });
  EXPECT_EQ(strange, 0U);
  const Link after = find("back").value();
  EXPECT_EQ(after.version, 1 + changes) << "each change counts one version";
  EXPECT_EQ(after.spent, granted);
  if (after.deleted_at) {
    EXPECT_EQ(restore("back").value().spent, granted);
  }
}

}  // namespace
}  // namespace curt::test
