#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "support/store/link_store_contract.hpp"
#include "support/store/outbox_contract.hpp"

namespace curt::test {
namespace {

using links::CodeSource;
using links::CreateOutcome;
using links::CreateRequest;
using links::ImportOutcome;
using links::ListQuery;
using links::NewLink;
using links::OwnedBy;
using links::SortKey;
using links::SortOrder;
using testing::ElementsAre;
using testing::IsEmpty;

const KeyId kOne = key_id(1);
const KeyId kTwo = key_id(2);

CreateRequest reusing(NewLink link, CodeSource source = CodeSource::generated) {
  CreateRequest request = request_for(std::move(link));
  request.reuse = true;
  request.code_source = source;
  return request;
}

CreateRequest keyed(NewLink link, std::string owner) {
  CreateRequest request = request_for(std::move(link));
  request.idempotency = key_of("key");
  request.idempotency->owner = std::move(owner);
  return request;
}

ListQuery owned(ListQuery query, std::optional<KeyId> key) {
  query.owner = OwnedBy{key};
  return query;
}

TEST_P(LinkStoreContract, ALinkKeepsItsOwner) {
  EXPECT_EQ(given(new_link_of(kOne, "a", "https://example.com/")).owner, kOne);
  given(new_link("b", "https://example.com/"));
  EXPECT_EQ(create(reusing(new_link_of(kTwo, "c", "https://example.com/"))).value().link.owner, kTwo);
  EXPECT_EQ(update("a", with_title("new")).value().owner, kOne);
  reopen();
  EXPECT_EQ(find("a").value().owner, kOne);
  EXPECT_EQ(find("b").value().owner, std::nullopt);
  EXPECT_EQ(find("c").value().owner, kTwo);
  EXPECT_EQ(spend("c", 1).value().link.owner, kTwo);
  EXPECT_EQ(remove("a").value().owner, kOne);
}

TEST_P(LinkStoreContract, OnlyALinkOfTheSameOwnerIsReused) {
  given(new_link("nobody", "https://example.com/"));
  given(new_link_of(kOne, "one", "https://example.com/"));
  const auto reused = [this](std::optional<KeyId> owner, std::string_view code) {
    NewLink link = new_link(code, "https://example.com/");
    link.owner = owner;
    return std::string{create(reusing(link)).value().link.code.view()};
  };
  EXPECT_EQ(reused(std::nullopt, "x"), "nobody");
  EXPECT_EQ(reused(kOne, "y"), "one");
  EXPECT_EQ(reused(kTwo, "two"), "two") << "made, as he had none";
  EXPECT_EQ(reused(kTwo, "z"), "two");
}

TEST_P(LinkStoreContract, AnAliasOfAnotherOwnerIsTaken) {
  given(new_link_of(kOne, "alias", "https://example.com/"));
  const auto outcome = [this](std::optional<KeyId> owner) {
    NewLink link = new_link("alias", "https://example.com/");
    link.owner = owner;
    return create(reusing(link, CodeSource::alias));
  };
  EXPECT_EQ(outcome(kOne).value().outcome, CreateOutcome::reused);
  EXPECT_EQ(error_of(outcome(kTwo)), ErrorCode::alias_taken);
  EXPECT_EQ(error_of(outcome(std::nullopt)), ErrorCode::alias_taken);
}

TEST_P(LinkStoreContract, AnIdempotencyKeyIsThatOfItsOwner) {
  ASSERT_EQ(create(keyed(new_link("a", "https://a.example/"), "one")).value().outcome,
            CreateOutcome::created);
  EXPECT_EQ(create(keyed(new_link("b", "https://b.example/"), "two")).value().outcome,
            CreateOutcome::created);
  EXPECT_EQ(create(keyed(new_link("c", "https://c.example/"), "")).value().outcome, CreateOutcome::created);
  for (const auto& [owner, code] : {std::pair{"one", "a"}, {"two", "b"}, {"", "c"}}) {
    const auto again = create(keyed(new_link("d", "https://d.example/"), owner)).value();
    EXPECT_EQ(again.outcome, CreateOutcome::replayed);
    EXPECT_EQ(again.link.code, code_of(code));
  }
}

TEST_P(LinkStoreContract, ALinkOfAnotherOwnerIsChangedByNobodyAndNotFound) {
  given(new_link_of(kOne, "a", "https://example.com/"));
  given(new_link("free", "https://example.com/"));
  given(new_link_of(kOne, "gone", "https://example.com/"));
  ASSERT_TRUE(remove("gone"));
  for (const char* code : {"a", "free", "gone", "none"}) {
    const auto updated = update(code, with_title("new"), 7, kTwo);
    ASSERT_EQ(error_of(updated), ErrorCode::not_found) << code;
    EXPECT_EQ(updated.error().detail, "there is no link " + std::string{code});
    const auto removed = remove(code, std::nullopt, kTwo);
    ASSERT_EQ(error_of(removed), ErrorCode::not_found) << code;
    EXPECT_EQ(removed.error().detail, "there is no link " + std::string{code});
    const auto restored = restore(code, std::nullopt, kTwo);
    ASSERT_EQ(error_of(restored), ErrorCode::not_found) << code;
    EXPECT_EQ(restored.error().detail, "there is no link " + std::string{code});
  }
  EXPECT_EQ(find("a").value().version, 1);
  EXPECT_EQ(find("a").value().title, std::nullopt);
  EXPECT_EQ(error_of(update("a", with_title("new"), 7, kOne)), ErrorCode::version_mismatch);
  EXPECT_EQ(update("a", with_title("new"), 1, kOne).value().title, "new");
  EXPECT_EQ(error_of(update("gone", with_title("new"), std::nullopt, kOne)), ErrorCode::deleted);
  EXPECT_TRUE(remove("a", 2, kOne)->deleted_at.has_value());
  EXPECT_EQ(restore("a", 3, kOne).value().owner, kOne);
}

TEST_P(LinkStoreContract, AListMayBeOfOneOwnerOrOfNone) {
  for (int i = 0; i < 9; ++i) {
    NewLink link = new_link("c" + std::to_string(i), "https://example.com/");
    link.created_at = kNow + std::chrono::seconds{i};
    if (i % 3 > 0) link.owner = key_id(i % 3);
    if (i > 3) link.tags = {"late"};
    given(link);
  }
  ASSERT_TRUE(remove("c7"));
  for (const SortKey key : {SortKey::created_at, SortKey::updated_at, SortKey::code, SortKey::visits}) {
    const ListQuery query = sorted_by(key, SortOrder::ascending);
    EXPECT_THAT(codes_of(list(owned(query, kOne)).value().links), ElementsAre("c1", "c4"));
    EXPECT_THAT(codes_of(list(owned(query, kTwo)).value().links), ElementsAre("c2", "c5", "c8"));
    EXPECT_THAT(codes_of(list(owned(query, std::nullopt)).value().links), ElementsAre("c0", "c3", "c6"));
    EXPECT_THAT(list(owned(query, key_id(9))).value().links, IsEmpty());
    EXPECT_EQ(list(query).value().links.size(), 8U);

    ListQuery page = owned(sorted_by(key, SortOrder::descending, 2), kTwo);
    const auto first = list(page).value();
    EXPECT_THAT(codes_of(first.links), ElementsAre("c8", "c5"));
    page.after = first.next;
    ASSERT_TRUE(page.after);
    EXPECT_THAT(codes_of(list(page).value().links), ElementsAre("c2"));

    ListQuery tagged_and_found = owned(containing("c5", "late"), kTwo);
    tagged_and_found.sort = key;
    EXPECT_THAT(codes_of(list(tagged_and_found).value().links), ElementsAre("c5"));
    tagged_and_found.owner = OwnedBy{kOne};
    EXPECT_THAT(list(tagged_and_found).value().links, IsEmpty());
  }
}

TEST_P(LinkStoreContract, AnImportComparesOwnersWhereItMayReuse) {
  given(new_link("nobody", "https://a.example/"));
  given(new_link("alias", "https://b.example/"));
  const auto outcomes = import({{new_link("x1", "https://a.example/"), CodeSource::generated},
                                {new_link_of(kOne, "x2", "https://a.example/"), CodeSource::generated},
                                {new_link_of(kOne, "x3", "https://a.example/"), CodeSource::generated},
                                {new_link_of(kTwo, "x4", "https://a.example/"), CodeSource::generated},
                                {new_link_of(kOne, "alias", "https://b.example/"), CodeSource::alias},
                                {new_link_of(kTwo, "named", "https://b.example/"), CodeSource::alias}});
  EXPECT_THAT(outcomes.value(),
              ElementsAre(ImportOutcome::already_there, ImportOutcome::imported, ImportOutcome::already_there,
                          ImportOutcome::imported, ImportOutcome::already_there, ImportOutcome::imported));
  EXPECT_EQ(find("x2").value().owner, kOne);
  EXPECT_EQ(find("x4").value().owner, kTwo);
  EXPECT_EQ(find("alias").value().owner, std::nullopt);
  EXPECT_EQ(find("named").value().owner, kTwo);
}

TEST_P(LinkStoreContract, LinksWithoutAnOwnerAreGivenToOne) {
  for (const char* code : {"b", "a", "deleted", "left"}) given(new_link(code, "https://example.com/"));
  given(new_link_of(kTwo, "owned", "https://example.com/"));
  ASSERT_TRUE(remove("deleted"));
  EXPECT_THAT(give({"owned", "b", "none", "deleted", "a", "b"}, kOne), ElementsAre("a", "b"));
  EXPECT_EQ(find("a").value().owner, kOne);
  EXPECT_EQ(find("b").value().owner, kOne);
  EXPECT_EQ(find("owned").value().owner, kTwo);
  EXPECT_EQ(find("deleted").value().owner, std::nullopt);
  EXPECT_EQ(find("left").value().owner, std::nullopt);
  EXPECT_EQ(find("a").value().version, 1);
  EXPECT_EQ(find("a").value().updated_at, kNow);
  EXPECT_THAT(give({"a", "b"}, kTwo), IsEmpty());
  EXPECT_THAT(give({}, kTwo), IsEmpty());
}

TEST_P(LinkStoreContract, LinksOfAnOwnerAreGivenToAnother) {
  given(new_link("nobodys", "https://example.com/"));
  for (const char* code : {"b", "a", "deleted"}) given(new_link_of(kOne, code, "https://example.com/"));
  given(new_link_of(key_id(3), "third", "https://example.com/"));
  ASSERT_TRUE(remove("deleted"));
  const std::vector<std::string> all{"nobodys", "b", "third", "deleted", "a"};
  EXPECT_THAT(give(all, kTwo, kOne), ElementsAre("a", "b"));
  EXPECT_EQ(find("a").value().owner, kTwo);
  EXPECT_EQ(find("nobodys").value().owner, std::nullopt);
  EXPECT_EQ(find("third").value().owner, key_id(3));
  EXPECT_EQ(find("deleted").value().owner, kOne);
  EXPECT_THAT(give(all, kTwo, kOne), IsEmpty());
}

TEST_P(LinkStoreContract, ALinkThatSeveralGiveAwayAtOnceGoesToOne) {
  std::vector<std::string> codes;
  for (int i = 0; i < 50; ++i) {
    codes.push_back("c" + std::to_string(i));
    given(new_link(codes.back(), "https://example.com/"));
  }
  std::atomic<std::size_t> sum = 0;
  on_threads(4, [&](std::size_t thread) {
    std::vector<std::string> order = codes;
    if (thread % 2 == 1) std::reverse(order.begin(), order.end());
    sum += give(order, key_id(static_cast<int>(thread))).size();
  });
  EXPECT_EQ(sum, codes.size());
}

TEST_P(OutboxContract, GivingALinkAwayIsNoChangeOfIt) {
  given_links({"a"});
  outbox_->look();
  EXPECT_THAT(give({"a"}, kOne), ElementsAre("a"));
  EXPECT_THAT(outbox_->look().fresh, IsEmpty());
}

}  // namespace
}  // namespace curt::test
