#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include <gmock/gmock.h>

#include "support/store/link_store_contract.hpp"

namespace curt::test {
namespace {

using links::CreateOutcome;
using links::LinkPatch;
using links::NewLink;
using links::Spent;

NewLink metered(std::string_view code, std::int64_t max_visits) {
  NewLink link = new_link(code, "https://example.com/");
  link.settings.max_visits = max_visits;
  return link;
}

LinkPatch with_max_visits(std::optional<std::int64_t> max_visits) {
  LinkPatch patch;
  patch.max_visits.emplace(max_visits);
  return patch;
}

TEST_P(LinkStoreContract, SpendingGrantsWhatIsLeftAndNoMore) {
  const Link made = given(metered("ten", 10));
  EXPECT_EQ(made.settings.max_visits, 10);
  const Spent first = spend("ten", 4).value();
  EXPECT_EQ(first.granted, 4U);
  EXPECT_EQ(first.link.spent, 4);
  EXPECT_EQ(first.link.target.str(), "https://example.com/");
  EXPECT_EQ(spend("ten", 0).value().link.spent, 4);
  reopen();
  const Spent rest = spend("ten", 7).value();
  EXPECT_EQ(rest.granted, 6U);
  EXPECT_EQ(rest.link.spent, 10);
  const Spent none = spend("ten", 1).value();
  EXPECT_EQ(none.granted, 0U);
  EXPECT_EQ(none.link.spent, 10);
  EXPECT_EQ(find("ten").value().spent, 10);
}

TEST_P(LinkStoreContract, SpendingIsNoEdit) {
  given(metered("ten", 10));
  EXPECT_EQ(spend("ten", 1, kLater).value().granted, 1U);
  const Link found = find("ten").value();
  EXPECT_EQ(found.version, 1);
  EXPECT_EQ(found.updated_at, kNow);
}

TEST_P(LinkStoreContract, ALinkWithoutMaxVisitsGrantsAllAndCountsNothing) {
  given(new_link("open", "https://example.com/"));
  const Spent spent = spend("open", 1'000'000).value();
  EXPECT_EQ(spent.granted, 1'000'000U);
  EXPECT_EQ(spent.link.spent, 0);
  EXPECT_EQ(find("open").value().spent, 0);
}

TEST_P(LinkStoreContract, ALinkThatDoesNotRedirectGrantsNothingAndSaysWhy) {
  NewLink later = metered("later", 5);
  later.settings.not_before = kNow + std::chrono::milliseconds{1};
  NewLink over = metered("over", 5);
  over.settings.expires_at = kNow;
  NewLink off = metered("off", 5);
  off.settings.enabled = false;
  for (const NewLink& link : {later, over, off}) {
    given(link);
    const Spent spent = spend(link.code.view(), 1).value();
    EXPECT_EQ(spent.granted, 0U) << link.code.view();
    EXPECT_EQ(spent.link.settings, link.settings) << link.code.view();
    EXPECT_EQ(spent.link.spent, 0) << link.code.view();
  }
  EXPECT_EQ(spend("later", 1, kNow + std::chrono::milliseconds{1}).value().granted, 1U);
  EXPECT_EQ(spend("over", 1, kNow - std::chrono::milliseconds{1}).value().granted, 1U);

  given(metered("gone", 5));
  ASSERT_TRUE(remove("gone"));
  const Spent gone = spend("gone", 1).value();
  EXPECT_EQ(gone.granted, 0U);
  EXPECT_EQ(gone.link.deleted_at, kLater);
  NewLink open = new_link("closed", "https://example.com/");
  open.settings.enabled = false;
  given(open);
  EXPECT_EQ(spend("closed", 1).value().granted, 0U);
}

TEST_P(LinkStoreContract, ThereIsNothingToSpendWhereNoLinkIs) {
  EXPECT_EQ(error_of(spend("nowhere", 1)), ErrorCode::not_found);
  EXPECT_EQ(error_of(spend("nowhere", 0)), ErrorCode::not_found);
}

TEST_P(LinkStoreContract, AnEditOfMaxVisitsKeepsWhatWasSpent) {
  given(metered("edit", 3));
  EXPECT_EQ(spend("edit", 5).value().granted, 3U);
  const Link raised = update("edit", with_max_visits(5)).value();
  EXPECT_EQ(raised.settings.max_visits, 5);
  EXPECT_EQ(raised.spent, 3);
  EXPECT_EQ(raised.version, 2);
  EXPECT_EQ(spend("edit", 5).value().granted, 2U);
  ASSERT_TRUE(update("edit", with_max_visits(1)));
  const Spent lowered = spend("edit", 1).value();
  EXPECT_EQ(lowered.granted, 0U);
  EXPECT_EQ(lowered.link.spent, 5);
  ASSERT_TRUE(update("edit", with_max_visits(std::nullopt)));
  EXPECT_EQ(spend("edit", 7).value().granted, 7U);
  EXPECT_EQ(find("edit").value().settings.max_visits, std::nullopt);
  ASSERT_TRUE(update("edit", with_max_visits(6)));
  EXPECT_EQ(spend("edit", 7).value().granted, 1U);
}

TEST_P(LinkStoreContract, ManySpendersAtOnceGetExactlyWhatThereIs) {
  constexpr std::int64_t kMost = 100;
  given(metered("rush", kMost));
  std::atomic<std::uint64_t> granted{0};
  std::atomic<int> refused{0};
  on_threads(8, [&](std::size_t thread) {
    for (int i = 0; i < 25; ++i) {
      const auto spent = spend("rush", 1 + thread % 3);
      ASSERT_TRUE(spent) << spent.error().log;
      granted += spent->granted;
      if (spent->granted == 0) ++refused;
    }
  });
  EXPECT_EQ(granted, std::uint64_t{kMost});
  EXPECT_GT(refused, 0);
  EXPECT_EQ(find("rush").value().spent, kMost);
}

TEST_P(LinkStoreContract, EditsWhileVisitsAreSpentLoseNone) {
  given(metered("both", 1'000'000));
  std::atomic<std::uint64_t> granted{0};
  on_threads(4, [&](std::size_t thread) {
    for (int i = 0; i < 25; ++i) {
      if (thread == 0) {
        ASSERT_TRUE(update("both", with_max_visits(1'000'000 + i)));
      } else {
        granted += spend("both", 2).value().granted;
      }
    }
  });
  EXPECT_EQ(granted, 150U);
  EXPECT_EQ(find("both").value().spent, 150);
}

TEST_P(LinkStoreContract, ReuseTakesNoLinkThatIsSpentOrHasAnotherMaxVisits) {
  given(metered("first", 2));
  auto request = request_for(metered("second", 2));
  request.reuse = true;
  EXPECT_EQ(create(request).value().outcome, CreateOutcome::reused);
  ASSERT_TRUE(spend("first", 2));
  EXPECT_EQ(create(request).value().outcome, CreateOutcome::created);
  auto other = request_for(metered("third", 3));
  other.reuse = true;
  EXPECT_EQ(create(other).value().outcome, CreateOutcome::created);
  auto plain = request_for(new_link("fourth", "https://example.com/"));
  plain.reuse = true;
  EXPECT_EQ(create(plain).value().outcome, CreateOutcome::created);
}

TEST_P(LinkStoreContract, AnImportTakesMaxVisitsAndTellsLinksApartByIt) {
  using links::CodeSource;
  using links::ImportOutcome;
  given(metered("here", 2));
  const auto row = [](std::string_view code, std::int64_t max_visits) {
    return links::ImportRow{metered(code, max_visits), CodeSource::generated};
  };
  EXPECT_THAT(import({row("a", 2), row("b", 3), row("c", 3), row("d", 4)}).value(),
              testing::ElementsAre(ImportOutcome::already_there, ImportOutcome::imported,
                                   ImportOutcome::already_there, ImportOutcome::imported));
  const Link link = find("d").value();
  EXPECT_EQ(link.settings.max_visits, 4);
  EXPECT_EQ(link.spent, 0);
  EXPECT_EQ(spend("d", 9).value().granted, 4U);
  EXPECT_THAT(import({row("e", 4)}).value(), testing::ElementsAre(ImportOutcome::already_there))
      << "an import that is repeated adds nothing";
}

TEST_P(LinkStoreContract, ANewLinkMayHaveSpentVisitsElsewhere) {
  NewLink plain = metered("plain", 5);
  plain.spent = 3;
  EXPECT_EQ(given(plain).spent, 3);
  auto keyed = request_for(metered("keyed", 6));
  keyed.link.spent = 6;
  keyed.idempotency = key_of("key");
  EXPECT_EQ(create(keyed).value().link.spent, 6);
  reopen();
  EXPECT_EQ(find("plain").value().spent, 3);
  EXPECT_EQ(spend("plain", 9).value().granted, 2U);
  EXPECT_EQ(spend("keyed", 1).value().granted, 0U);
}

TEST_P(LinkStoreContract, AnImportKeepsWhatWasSpentButNotOverALinkThatIsThere) {
  using links::ImportOutcome;
  const auto row = [](std::string_view code, std::int64_t spent) {
    NewLink link = metered(code, 4);
    link.spent = spent;
    return links::ImportRow{link, links::CodeSource::alias};
  };
  using testing::ElementsAre;
  EXPECT_THAT(import({row("used", 4), row("open", 1), row("fresh", 0)}).value(),
              ElementsAre(ImportOutcome::imported, ImportOutcome::imported, ImportOutcome::imported));
  EXPECT_EQ(spend("used", 1).value().granted, 0U);
  EXPECT_EQ(spend("open", 9).value().granted, 3U);
  EXPECT_THAT(import({row("used", 0), row("fresh", 3)}).value(),
              ElementsAre(ImportOutcome::already_there, ImportOutcome::already_there));
  EXPECT_EQ(find("used").value().spent, 4);
  EXPECT_EQ(find("fresh").value().spent, 0);
}

}  // namespace
}  // namespace curt::test
