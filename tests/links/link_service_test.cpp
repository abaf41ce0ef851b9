#include "curt/links/link_service.hpp"

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/chosen_random.hpp"
#include "support/links/resolver_fixture.hpp"
#include "support/metric_value.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {
namespace {

Link stored(std::string_view code) { return test::stored(code, "https://example.com/"); }

LinkDraft draft_for(std::string url, std::optional<std::string> alias = std::nullopt) {
  LinkDraft draft;
  draft.url = std::move(url);
  draft.alias = std::move(alias);
  return draft;
}

EditDraft titled(std::string title) {
  EditDraft draft;
  draft.title = std::move(title);
  return draft;
}

class LinkServiceTest : public ResolverFixture {
 protected:
  result<Created> create(LinkDraft draft, std::optional<IdempotencyKey> key = std::nullopt) {
    return create_at(service_, std::move(draft), std::move(key));
  }
  result<Created> create_at(LinkService& service, LinkDraft draft,
                            std::optional<IdempotencyKey> key = std::nullopt) {
    return test::run(service.create(call_, author_, std::move(draft), std::move(key)));
  }
  result<Link> edit(std::string_view code, EditDraft draft, std::optional<std::int64_t> version = {}) {
    return test::run(service_.edit(call_, author_, test::code_of(code), std::move(draft), version));
  }
  result<void> remove(std::string_view code, std::optional<std::int64_t> version = {}) {
    return test::run(service_.remove(call_, author_, test::code_of(code), version));
  }
  result<Link> restore(std::string_view code, std::optional<std::int64_t> version = {}) {
    return test::run(service_.restore(call_, author_, test::code_of(code), version));
  }
  result<Link> get(std::string_view code, std::optional<KeyId> only = {}) {
    return test::run(service_.get(call_, test::code_of(code), only));
  }

  std::vector<std::string> codes_asked_for() const {
    std::vector<std::string> codes;
    for (const CreateRequest& request : store_.creates()) codes.emplace_back(request.link.code.view());
    return codes;
  }

  Announcer announcer_{resolver_, nullptr, doubt_, clock_};
  LinkRules rules_{{"shorten", "000"}, TargetUrl::from_stored("https://sho.rt/")};
  test::CountingRandom random_;
  CodeGenerator codes_{random_};
  const Author author_{"anonymous", "192.0.2.7", "request-1"};
  const KeyId owner_ = test::key_id(1);
  LinkService service_{store_, announcer_, rules_, codes_, clock_, metrics_, 7};
};

using Codes = std::vector<std::string>;

TEST_F(LinkServiceTest, GivesALinkWithoutAnAliasAGeneratedCode) {
  const auto created = create(draft_for("HTTPS://Example.COM"));
  ASSERT_TRUE(created);
  EXPECT_EQ(created->link.code.view(), "0000000");
  EXPECT_EQ(created->link.target.str(), "https://example.com/");
  EXPECT_EQ(created->link.created_at, test::kNow);
  EXPECT_EQ(store_.creates().front().code_source, CodeSource::generated);
}

TEST_F(LinkServiceTest, TriesAnotherCodeWhenOneIsTaken) {
  store_.put(stored("0000000"));
  const auto created = create(draft_for("https://example.com/"));
  ASSERT_TRUE(created);
  EXPECT_EQ(created->link.code.view(), "1111111");
  EXPECT_EQ(test::metric_value(metrics_, "curt_code_collisions_total"), "1");
}

TEST_F(LinkServiceTest, TriesALongerCodeWhenTwoAreTakenAndStaysWithThatLength) {
  store_.put(stored("0000000"));
  store_.put(stored("1111111"));
  ASSERT_TRUE(create(draft_for("https://example.com/")));
  ASSERT_TRUE(create(draft_for("https://example.com/")));
  EXPECT_EQ(codes_asked_for(), (Codes{"0000000", "1111111", "22222222", "33333333"}));
}

TEST_F(LinkServiceTest, GivesUpAfterEightCodes) {
  store_.take_every_code();
  EXPECT_EQ(test::error_of(create(draft_for("https://example.com/"))), ErrorCode::out_of_codes);
  EXPECT_EQ(codes_asked_for(), (Codes{"0000000", "1111111", "22222222", "333333333", "4444444444",
                                      "55555555555", "666666666666", "7777777777777"}));
}

TEST_F(LinkServiceTest, NeverTriesACodeLongerThanCodesMayBe) {
  store_.take_every_code();
  LinkService service{store_, announcer_, rules_, codes_, clock_, metrics_, ShortCode::kMaxLength - 1};
  EXPECT_EQ(test::error_of(create_at(service, draft_for("https://example.com/"))), ErrorCode::out_of_codes);
  std::set<std::size_t> lengths;
  for (const std::string& code : codes_asked_for()) lengths.insert(code.size());
  EXPECT_EQ(lengths, (std::set<std::size_t>{ShortCode::kMaxLength - 1, ShortCode::kMaxLength}));
}

TEST_F(LinkServiceTest, NeverGeneratesAReservedWord) {
  LinkService service{store_, announcer_, rules_, codes_, clock_, metrics_, 3};
  const auto created = create_at(service, draft_for("https://example.com/"));
  ASSERT_TRUE(created);
  EXPECT_EQ(created->link.code.view(), "111");
  EXPECT_EQ(codes_asked_for(), (Codes{"111"}));
}

TEST_F(LinkServiceTest, DoesNotReplaceAnAliasThatIsTaken) {
  store_.put(stored("summer"));
  const auto created = create(draft_for("https://example.com/", "summer"));
  EXPECT_EQ(test::error_of(created), ErrorCode::alias_taken);
  EXPECT_EQ(store_.creates().size(), 1U);
  EXPECT_EQ(store_.creates().front().code_source, CodeSource::alias);
  EXPECT_EQ(test::metric_value(metrics_, "curt_code_collisions_total"), "0");
}

TEST_F(LinkServiceTest, DoesNotRepeatACreateThatFailedOtherwise) {
  store_.fail_with(ErrorCode::unavailable);
  EXPECT_EQ(test::error_of(create(draft_for("https://example.com/"))), ErrorCode::unavailable);
  EXPECT_EQ(store_.creates().size(), 1U);
}

TEST_F(LinkServiceTest, AsksTheStoreForValidLinksOnly) {
  EXPECT_EQ(test::error_of(create(draft_for("ftp://example.com/"))), ErrorCode::invalid_value);
  EXPECT_EQ(test::error_of(create(draft_for("https://example.com/", "shorten"))), ErrorCode::invalid_value);
  EXPECT_EQ(test::error_of(create(draft_for("https://sho.rt/abc"))), ErrorCode::invalid_value);
  EXPECT_TRUE(store_.creates().empty());

  store_.put(stored("abc"));
  EditDraft draft;
  draft.redirect_status = 200;
  EXPECT_EQ(test::error_of(edit("abc", draft)), ErrorCode::invalid_value);
  EXPECT_TRUE(store_.edit_times().empty());
}

TEST_F(LinkServiceTest, HandsTheIdempotencyKeyOnWithEveryTry) {
  store_.put(stored("0000000"));
  ASSERT_TRUE(create(draft_for("https://example.com/"), IdempotencyKey{"owner", "key", "hash"}));
  ASSERT_EQ(store_.creates().size(), 2U);
  for (const CreateRequest& request : store_.creates()) {
    ASSERT_TRUE(request.idempotency);
    EXPECT_EQ(request.idempotency->owner, "owner");
    EXPECT_EQ(request.idempotency->key, "key");
    EXPECT_EQ(request.idempotency->body_hash, "hash");
  }
}

TEST_F(LinkServiceTest, SaysHowTheCreateEnded) {
  EXPECT_EQ(create(draft_for("https://example.com/"))->outcome, CreateOutcome::created);
  store_.create_ends_as(CreateOutcome::replayed);
  EXPECT_EQ(create(draft_for("https://example.com/"))->outcome, CreateOutcome::replayed);
}

TEST_F(LinkServiceTest, ForgetsThatACodeWasFreeWhenItIsUsed) {
  remember("summer");
  ASSERT_TRUE(create(draft_for("https://example.com/", "summer")));
  EXPECT_FALSE(is_cached("summer"));
}

TEST_F(LinkServiceTest, ForgetsALinkThatIsEdited) {
  store_.put(stored("abc"));
  remember("abc");
  clock_.advance(std::chrono::hours{1});
  const auto link = edit("abc", titled("New"));
  ASSERT_TRUE(link);
  EXPECT_EQ(link->version, 2);
  EXPECT_EQ(link->updated_at, test::kLater);
  EXPECT_FALSE(is_cached("abc"));
}

TEST_F(LinkServiceTest, ForgetsALinkThatIsDeleted) {
  store_.put(stored("abc"));
  remember("abc");
  clock_.advance(std::chrono::hours{1});
  ASSERT_TRUE(remove("abc"));
  EXPECT_EQ(store_.edit_times(), std::vector<Timestamp>{test::kLater});
  EXPECT_FALSE(is_cached("abc"));
  EXPECT_EQ(test::error_of(get("abc")), ErrorCode::deleted);
}

TEST_F(LinkServiceTest, ForgetsThatALinkWasDeletedWhenItIsRestored) {
  store_.put(stored("abc"));
  ASSERT_TRUE(remove("abc"));
  remember("abc");
  clock_.advance(std::chrono::hours{1});
  const auto link = restore("abc");
  ASSERT_TRUE(link);
  EXPECT_EQ(link->version, 3);
  EXPECT_FALSE(link->deleted_at);
  EXPECT_EQ(store_.edit_times().back(), test::kLater);
  EXPECT_FALSE(is_cached("abc"));
  EXPECT_EQ(get("abc")->version, 3);
  EXPECT_EQ(test::error_of(restore("abc")), ErrorCode::not_deleted);
}

TEST_F(LinkServiceTest, ForgetsTheLinkWhenTheOutcomeOfAChangeIsUnknown) {
  store_.put(stored("abc"));
  const auto after = [&](const auto& change) {
    store_.fail_with(std::nullopt);
    remember("abc");
    store_.fail_with(ErrorCode::outcome_unknown);
    EXPECT_EQ(test::error_of(change()), ErrorCode::outcome_unknown);
    return is_cached("abc");
  };
  EXPECT_FALSE(after([&] { return create(draft_for("https://example.com/", "abc")); }));
  EXPECT_FALSE(after([&] { return edit("abc", titled("New")); }));
  EXPECT_FALSE(after([&] { return remove("abc"); }));
  EXPECT_FALSE(after([&] { return restore("abc"); }));
}

TEST_F(LinkServiceTest, RemembersALinkWhoseChangeWasRefused) {
  store_.put(stored("abc"));
  remember("abc");
  EXPECT_EQ(test::error_of(edit("abc", titled("New"), 9)), ErrorCode::version_mismatch);
  EXPECT_EQ(test::error_of(remove("abc", 9)), ErrorCode::version_mismatch);
  EXPECT_TRUE(is_cached("abc"));
}

TEST_F(LinkServiceTest, GivesTheLinkOrSaysWhyNot) {
  store_.put(stored("abc"));
  EXPECT_EQ(get("abc")->code.view(), "abc");
  EXPECT_EQ(test::error_of(get("abd")), ErrorCode::not_found);
  store_.fail_with(ErrorCode::unavailable);
  EXPECT_EQ(test::error_of(get("abc")), ErrorCode::unavailable);
}

TEST_F(LinkServiceTest, ListsWhatTheStoreLists) {
  store_.put(stored("abc"));
  store_.put(stored("abd"));
  const auto page = test::run(service_.list(call_, ListQuery{}));
  ASSERT_TRUE(page);
  EXPECT_EQ(test::codes_of(page->links), (Codes{"abc", "abd"}));
  store_.fail_with(ErrorCode::overloaded);
  EXPECT_EQ(test::error_of(test::run(service_.list(call_, ListQuery{}))), ErrorCode::overloaded);
}

TEST_F(LinkServiceTest, GivesALinkToTheOwnerThatItsAuthorNames) {
  Author author = author_;
  author.owner = owner_;
  ASSERT_TRUE(test::run(service_.create(call_, author, draft_for("https://example.com/"), std::nullopt)));
  EXPECT_EQ(store_.creates().back().link.owner, owner_);
  ASSERT_TRUE(create(draft_for("https://example.com/")));
  EXPECT_EQ(store_.creates().back().link.owner, std::nullopt);
}

TEST_F(LinkServiceTest, HidesALinkOfAnotherOwnerAsIfThereWereNone) {
  Link link = stored("abc");
  link.owner = test::key_id(2);
  store_.put(link);
  store_.put(stored("abd"));
  EXPECT_EQ(get("abc", test::key_id(2))->code.view(), "abc");
  EXPECT_EQ(get("abc")->code.view(), "abc");
  for (const char* code : {"abc", "abd"}) {
    const auto hidden = get(code, owner_);
    EXPECT_EQ(test::error_of(hidden), ErrorCode::not_found) << code;
    EXPECT_EQ(hidden.error().detail, "there is no link " + std::string{code});
  }
  link.deleted_at = test::kNow;
  store_.put(link);
  EXPECT_EQ(test::error_of(get("abc", owner_)), ErrorCode::not_found);
  EXPECT_EQ(test::error_of(get("abc", test::key_id(2))), ErrorCode::deleted);
}

TEST_F(LinkServiceTest, ChangesNoLinkButThoseOfTheOwnerThatItsAuthorIsBoundTo) {
  Link link = stored("abc");
  link.owner = test::key_id(2);
  store_.put(link);
  Author author = author_;
  author.only = owner_;
  const ShortCode code = test::code_of("abc");
  EXPECT_EQ(test::error_of(test::run(service_.edit(call_, author, code, titled("new"), 1))),
            ErrorCode::not_found);
  EXPECT_EQ(test::error_of(test::run(service_.remove(call_, author, code, 1))), ErrorCode::not_found);
  author.only = test::key_id(2);
  EXPECT_TRUE(test::run(service_.edit(call_, author, code, titled("new"), 1)));
  EXPECT_TRUE(test::run(service_.remove(call_, author, code, 2)));
  author.only = owner_;
  EXPECT_EQ(test::error_of(test::run(service_.restore(call_, author, code, 3))), ErrorCode::not_found);
  author.only = test::key_id(2);
  EXPECT_TRUE(test::run(service_.restore(call_, author, code, 3)));
}

}  // namespace
}  // namespace curt::links
