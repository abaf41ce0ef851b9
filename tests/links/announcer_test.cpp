#include "curt/links/announcer.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "support/links/resolver_fixture.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {
namespace {

using test::code_of;
using test::stored;
using testing::ElementsAre;
using testing::IsEmpty;

Link link_of(std::string_view code, std::int64_t version = 2) {
  return stored(code, "https://example.com/" + std::to_string(version), version);
}

/// An announcer beside a shared cache that nobody doubts.
class AnnouncerTest : public SharedResolverFixture {
 protected:
  void created(Link link) { test::run(announcer_.created(std::move(link))); }
  void changed(Link link) { test::run(announcer_.changed(std::move(link))); }
  bool repeat(std::vector<Link> links, Telling telling = Telling::each_link) {
    return test::run(announcer_.repeat(std::move(links), telling));
  }

  std::vector<Change> take(std::size_t limit = 100) {
    return announcer_.take_announced(announcer_.era(), limit);
  }

  Announcer announcer_{resolver_, &shared_, doubt_, clock_};
};

TEST_F(AnnouncerTest, TellsTheSharedCacheOfAChangeAsTheLinkIsNow) {
  changed(link_of("abc", 4));
  EXPECT_THAT(shared_.announced(), ElementsAre(ElementsAre(Change{code_of("abc"), 4})));
  EXPECT_THAT(shared_.tellings(), ElementsAre(Telling::each_link));
  EXPECT_EQ(shared_.held(code_of("abc"))->version, 4);
  EXPECT_FALSE(doubt_.stands());
  EXPECT_THAT(shared_.warnings(), IsEmpty());
  EXPECT_THAT(shared_.notices(), IsEmpty());

  Link deleted = link_of("abc", 5);
  deleted.deleted_at = test::kLater;
  changed(deleted);
  EXPECT_EQ(shared_.held(code_of("abc"))->kind, CacheEntry::Kind::gone);
}

TEST_F(AnnouncerTest, ForgetsTheLinkHereBeforeItTellsOthers) {
  store_.put(link_of("abc", 1));
  remember("abc");
  bool was_cached = true;
  shared_.while_announcing([&] { was_cached = is_cached("abc"); });
  changed(link_of("abc", 2));
  EXPECT_FALSE(was_cached);
}

TEST_F(AnnouncerTest, AFillThatBeganBeforeTheSharedCacheHadItIsVoid) {
  store_.put(link_of("abc", 1));
  remember("abc");
  FillTicket ticket;
  shared_.while_announcing([&] { ticket = cache_.begin_fill(code_of("abc"), clock_.steady_now()); });
  changed(link_of("abc", 2));
  const CacheEntry old = to_cache_entry(link_of("abc", 1));
  EXPECT_FALSE(cache_.fill(code_of("abc"), ticket, old, clock_.steady_now()));
  EXPECT_FALSE(is_cached("abc"));
}

TEST_F(AnnouncerTest, WhatWasReadBeforeTheSharedCacheHadTheChangeIsForgotten) {
  for (const std::int64_t version : {2, 3}) {
    const CacheEntry old = to_cache_entry(link_of("abc", version - 1));
    shared_.while_announcing([&] {
      const FillTicket ticket = cache_.begin_fill(code_of("abc"), clock_.steady_now());
      EXPECT_TRUE(cache_.fill(code_of("abc"), ticket, old, clock_.steady_now()));
    });
    changed(link_of("abc", version));
    EXPECT_FALSE(is_cached("abc")) << version;
    shared_.refuse_values();
  }
}

TEST_F(AnnouncerTest, ARefusedChangeRaisesDoubtAndWarnsOthers) {
  shared_.refuse_values();
  bool in_doubt = true;
  shared_.while_announcing([&] { in_doubt = doubt_.stands(); });
  changed(link_of("abc", 2));
  EXPECT_FALSE(in_doubt);
  EXPECT_TRUE(doubt_.stands());
  EXPECT_THAT(shared_.warnings(), ElementsAre(Change{code_of("abc"), 2}));
  EXPECT_THAT(shared_.notices(), ElementsAre(SharedNotice::doubt));
  EXPECT_THAT(take(), IsEmpty());
  doubt_.found_none(clock_.steady_now());
  EXPECT_TRUE(doubt_.stands()) << "only a look after the change has settled ends it";
}

TEST_F(AnnouncerTest, ACreateIsAnnouncedAndNeverOpen) {
  remember("abc");
  created(link_of("abc", 1));
  EXPECT_FALSE(is_cached("abc"));
  EXPECT_EQ(shared_.held(code_of("abc"))->version, 1);
  EXPECT_THAT(take(), IsEmpty());
}

TEST_F(AnnouncerTest, ACreateThatIsRefusedRaisesNoDoubt) {
  remember("abc");
  shared_.refuse_values();
  created(link_of("abc", 1));
  EXPECT_FALSE(is_cached("abc"));
  EXPECT_FALSE(doubt_.stands());
  EXPECT_THAT(shared_.warnings(), IsEmpty());
  EXPECT_THAT(shared_.notices(), IsEmpty());
}

TEST_F(AnnouncerTest, AChangeThatMayHaveHappenedIsForgottenEverywhere) {
  store_.put(link_of("abc", 1));
  remember("abc");
  announcer_.unknown(code_of("abc"));
  EXPECT_FALSE(is_cached("abc"));
  EXPECT_THAT(shared_.announced(), IsEmpty());
  EXPECT_THAT(shared_.warnings(), ElementsAre(Change{code_of("abc"), 0}));
  EXPECT_FALSE(doubt_.stands());
}

TEST_F(AnnouncerTest, GivesOutOnceWhatTheSharedCacheTookTheOldestFirst) {
  changed(link_of("c", 2));
  changed(link_of("a", 3));
  shared_.refuse_values();
  changed(link_of("d", 4));
  shared_.take_values();
  ASSERT_TRUE(repeat({link_of("b", 5), link_of("e", 6)}));
  EXPECT_THAT(take(3),
              ElementsAre(Change{code_of("c"), 2}, Change{code_of("a"), 3}, Change{code_of("b"), 5}));
  EXPECT_THAT(take(3), ElementsAre(Change{code_of("e"), 6}));
  EXPECT_THAT(take(3), IsEmpty());
}

TEST_F(AnnouncerTest, RepeatsManyInOneAnnouncementAsItIsTold) {
  store_.put(link_of("abc", 1));
  remember("abc");
  EXPECT_TRUE(repeat({link_of("abc", 2), link_of("abd", 3)}, Telling::nobody));
  EXPECT_THAT(shared_.announced(),
              ElementsAre(ElementsAre(Change{code_of("abc"), 2}, Change{code_of("abd"), 3})));
  EXPECT_THAT(shared_.tellings(), ElementsAre(Telling::nobody));
  EXPECT_FALSE(is_cached("abc"));
}

TEST_F(AnnouncerTest, SaysWhetherARepetitionWasTaken) {
  shared_.lose_connection();
  EXPECT_FALSE(repeat({link_of("abc")}));
  EXPECT_THAT(take(), IsEmpty());
  shared_.find_connection();
  EXPECT_TRUE(repeat({link_of("abc")}));
  EXPECT_THAT(take(), ElementsAre(Change{code_of("abc"), 2}));
}

TEST_F(AnnouncerTest, WhatWasAnnouncedBeforeAnEraDoesNotCountInIt) {
  changed(link_of("before"));
  const std::uint64_t old = announcer_.era();
  announcer_.begin_era();
  EXPECT_NE(announcer_.era(), old);
  EXPECT_THAT(announcer_.take_announced(old, 100), IsEmpty());
  EXPECT_THAT(take(), IsEmpty());
  changed(link_of("after"));
  EXPECT_THAT(announcer_.take_announced(old, 100), IsEmpty());
  EXPECT_THAT(take(), ElementsAre(Change{code_of("after"), 2}));
}

TEST_F(AnnouncerTest, WhatBeganInAnEraThatIsOverDoesNotCount) {
  shared_.while_announcing([&] { announcer_.begin_era(); });
  changed(link_of("abc"));
  EXPECT_TRUE(repeat({link_of("abd")}));
  EXPECT_THAT(take(), IsEmpty());
}

TEST_F(AnnouncerTest, RemembersOnlySoManyChanges) {
  const std::vector<Link> page(500, link_of("abc"));
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(repeat(page, Telling::nobody));
  changed(link_of("one-too-many"));
  EXPECT_FALSE(doubt_.stands()) << "it is announced, and stays open";
  EXPECT_EQ(take(100'001).size(), 100'000U);
  changed(link_of("again"));
  EXPECT_THAT(take(), ElementsAre(Change{code_of("again"), 2}));
}

TEST_F(AnnouncerTest, ForgetsInThisProcessAloneWithoutASharedCache) {
  Resolver resolver{store_, cache_, nullptr, doubt_, clock_, metrics_};
  Announcer announcer{resolver, nullptr, doubt_, clock_};
  store_.put(link_of("abc", 1));
  remember("abc");
  test::run(announcer.changed(link_of("abc", 2)));
  EXPECT_FALSE(is_cached("abc"));
  remember("abd");
  test::run(announcer.created(link_of("abd", 1)));
  EXPECT_FALSE(is_cached("abd"));
  remember("abe");
  announcer.unknown(code_of("abe"));
  EXPECT_FALSE(is_cached("abe"));
  EXPECT_FALSE(doubt_.stands());
  EXPECT_THAT(announcer.take_announced(announcer.era(), 100), IsEmpty());
}

}  // namespace
}  // namespace curt::links
