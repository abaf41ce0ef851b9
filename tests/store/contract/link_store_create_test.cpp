#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/link_store_contract.hpp"

namespace curt::test {
namespace {

using links::CodeSource;
using links::CreateOutcome;
using links::CreateRequest;
using links::NewLink;

void expect_same(const Link& link, const NewLink& wanted) {
  EXPECT_EQ(link.code, wanted.code);
  EXPECT_EQ(link.target, wanted.target);
  EXPECT_EQ(link.title, wanted.title);
  EXPECT_EQ(link.tags, wanted.tags);
  EXPECT_EQ(link.settings, wanted.settings);
  EXPECT_EQ(link.created_at, wanted.created_at);
  EXPECT_EQ(link.updated_at, wanted.created_at);
  EXPECT_EQ(link.version, 1);
  EXPECT_EQ(link.deleted_at, std::nullopt);
}

NewLink link_with_everything() {
  NewLink link = new_link("Summer-26_a", "https://example.com/" + std::string(8192 - 20, 'x'));
  link.title = "Sommer für alle 🌻 \"50 %\"";
  link.tags = {"Größe", "a,b", "sale", "\"q\\uote\"", "日本"};
  link.settings.redirect_status = RedirectStatus::permanent_redirect;
  link.settings.forward_query = true;
  link.settings.enabled = false;
  link.settings.not_before = kNow + std::chrono::milliseconds{1};
  link.settings.expires_at = kLatestTimestamp;
  return link;
}

CreateRequest aliased(NewLink link) {
  CreateRequest request = request_for(std::move(link));
  request.code_source = CodeSource::alias;
  return request;
}

CreateRequest with_key(NewLink link, links::IdempotencyKey key) {
  CreateRequest request = request_for(std::move(link));
  request.idempotency = std::move(key);
  return request;
}

TEST_P(LinkStoreContract, ACreatedLinkIsGivenBackAndFoundAsItWasGiven) {
  const NewLink wanted = link_with_everything();
  const auto created = create(request_for(wanted));
  ASSERT_TRUE(created) << created.error().log;
  EXPECT_EQ(created->outcome, CreateOutcome::created);
  expect_same(created->link, wanted);
  expect_same(find("Summer-26_a").value(), wanted);
}

TEST_P(LinkStoreContract, ACreatedLinkIsThereAfterTheStoreWasOpenedAgain) {
  const NewLink wanted = link_with_everything();
  given(wanted);
  reopen();
  expect_same(find("Summer-26_a").value(), wanted);
}

TEST_P(LinkStoreContract, ALinkWithoutTitleAndTagsComesBackWithoutThem) {
  const NewLink wanted = new_link("plain", "https://example.com/");
  given(wanted);
  expect_same(find("plain").value(), wanted);
}

TEST_P(LinkStoreContract, AnEmptyTitleIsNotTheSameAsNone) {
  NewLink wanted = new_link("empty", "https://example.com/");
  wanted.title = "";
  given(wanted);
  EXPECT_EQ(find("empty").value().title, "");
}

TEST_P(LinkStoreContract, ACodeThatNobodyMadeIsNotFound) {
  given(new_link("Promo", "https://example.com/"));
  EXPECT_EQ(error_of(find("promo")), ErrorCode::not_found);
  EXPECT_EQ(error_of(find("Prom")), ErrorCode::not_found);
}

TEST_P(LinkStoreContract, FindingOrPlainlyCreatingALinkTakesOneStatement) {
  Call create_call{Deadline::in(patience())};
  ASSERT_TRUE(run(store().create(create_call, request_for(new_link("one", "https://example.com/")))));
  EXPECT_EQ(create_call.statements, 1U);
  Call find_call{Deadline::in(patience())};
  ASSERT_TRUE(run(store().find(find_call, code_of("one"))));
  EXPECT_EQ(find_call.statements, 1U);
}

TEST_P(LinkStoreContract, ATakenCodeIsRefusedAndItsLinkStaysAsItIs) {
  given(new_link("taken", "https://example.com/first"));
  EXPECT_EQ(error_of(create(request_for(new_link("taken", "https://example.com/second")))),
            ErrorCode::alias_taken);
  EXPECT_EQ(error_of(create(aliased(new_link("taken", "https://example.com/first")))),
            ErrorCode::alias_taken);
  EXPECT_EQ(find("taken").value().target.str(), "https://example.com/first");
}

TEST_P(LinkStoreContract, TheCodeOfADeletedLinkIsNeverIssuedAgain) {
  given(new_link("gone", "https://example.com/"));
  ASSERT_TRUE(remove("gone"));
  CreateRequest again = aliased(new_link("gone", "https://example.com/"));
  EXPECT_EQ(error_of(create(again)), ErrorCode::alias_taken);
  again.reuse = true;
  EXPECT_EQ(error_of(create(again)), ErrorCode::alias_taken);
  reopen();
  EXPECT_EQ(error_of(create(again)), ErrorCode::alias_taken);
}

TEST_P(LinkStoreContract, ReuseTakesTheOldestLinkWithTheSameTargetAndSettings) {
  NewLink older = new_link("older", "https://example.com/page");
  older.created_at = kNow - std::chrono::hours{1};
  older.title = "has a title";
  older.tags = {"has", "tags"};
  given(new_link("newer", "https://example.com/page"));
  given(older);
  CreateRequest request = request_for(new_link("fresh", "https://example.com/page"));
  request.reuse = true;
  const auto created = create(request).value();
  EXPECT_EQ(created.outcome, CreateOutcome::reused);
  expect_same(created.link, older);
  EXPECT_EQ(error_of(find("fresh")), ErrorCode::not_found);
}

TEST_P(LinkStoreContract, ReuseMakesANewLinkWhereTargetSettingsOrNamedTextDiffer) {
  NewLink first = new_link("first", "https://example.com/page");
  first.title = "title";
  first.tags = {"a", "b"};
  given(first);
  std::vector<NewLink> others(8, first);
  others[0].target = TargetUrl::from_stored("https://example.com/Page");
  others[1].title = "another";
  others[2].tags = {"a"};
  others[3].settings.redirect_status = RedirectStatus::moved_permanently;
  others[4].settings.forward_query = true;
  others[5].settings.enabled = false;
  others[6].settings.not_before = kNow;
  others[7].settings.expires_at = kLater;
  for (std::size_t i = 0; i < others.size(); ++i) {
    others[i].code = code_of("other" + std::to_string(i));
    CreateRequest request = request_for(others[i]);
    request.reuse = true;
    EXPECT_EQ(create(request).value().outcome, CreateOutcome::created) << i;
    EXPECT_EQ(create(request).value().outcome, CreateOutcome::reused) << i;
  }
}

TEST_P(LinkStoreContract, ReuseTakesNoDeletedAndNoExpiredLink) {
  CreateRequest request = request_for(given_expired("https://example.com/page", "fresh1"));
  request.reuse = true;
  EXPECT_EQ(create(request).value().outcome, CreateOutcome::created);

  given(new_link("deleted", "https://example.com/other"));
  ASSERT_TRUE(remove("deleted"));
  CreateRequest other = request_for(new_link("fresh2", "https://example.com/other"));
  other.reuse = true;
  EXPECT_EQ(create(other).value().outcome, CreateOutcome::created);
}

TEST_P(LinkStoreContract, ReuseWithAnAliasTakesOnlyTheLinkOfThisAlias) {
  given(new_link("elsewhere", "https://example.com/page"));
  CreateRequest request = aliased(new_link("mine", "https://example.com/page"));
  request.reuse = true;
  EXPECT_EQ(create(request).value().outcome, CreateOutcome::created);
  const auto again = create(request).value();
  EXPECT_EQ(again.outcome, CreateOutcome::reused);
  EXPECT_EQ(again.link.code, code_of("mine"));

  request.link.target = TargetUrl::from_stored("https://example.com/another");
  EXPECT_EQ(error_of(create(request)), ErrorCode::alias_taken);
  CreateRequest titled = aliased(new_link("mine", "https://example.com/page"));
  titled.reuse = true;
  titled.link.title = "a title that the link does not have";
  EXPECT_EQ(error_of(create(titled)), ErrorCode::alias_taken);
}

TEST_P(LinkStoreContract, ARepeatedRequestGivesItsLinkAgainAsItIsNow) {
  const auto first = create(with_key(new_link("first", "https://example.com/"), key_of("key"))).value();
  EXPECT_EQ(first.outcome, CreateOutcome::created);
  ASSERT_TRUE(update("first", with_title("edited")));
  reopen();
  const auto again = create(with_key(new_link("second", "https://example.com/"), key_of("key"))).value();
  EXPECT_EQ(again.outcome, CreateOutcome::replayed);
  EXPECT_EQ(again.link.code, code_of("first"));
  EXPECT_EQ(again.link.title, "edited");
  EXPECT_EQ(error_of(find("second")), ErrorCode::not_found);
}

TEST_P(LinkStoreContract, AKeyWithAnotherBodyIsRefused) {
  ASSERT_TRUE(create(with_key(new_link("first", "https://example.com/"), key_of("key", "one"))));
  EXPECT_EQ(error_of(create(with_key(new_link("second", "https://example.com/b"), key_of("key", "two")))),
            ErrorCode::idempotency_key_reused);
  EXPECT_EQ(error_of(find("second")), ErrorCode::not_found);
}

TEST_P(LinkStoreContract, ARepeatedRequestWhoseLinkWasDeletedSaysSo) {
  ASSERT_TRUE(create(with_key(new_link("first", "https://example.com/"), key_of("key"))));
  ASSERT_TRUE(remove("first"));
  EXPECT_EQ(error_of(create(with_key(new_link("second", "https://example.com/"), key_of("key")))),
            ErrorCode::deleted);
}

TEST_P(LinkStoreContract, AKeyIsForgottenAfterItsWindow) {
  ASSERT_TRUE(create(with_key(new_link("first", "https://example.com/"), key_of("key", "one"))));
  NewLink in_time = new_link("second", "https://example.com/");
  in_time.created_at = kNow + links::kIdempotencyWindow - std::chrono::milliseconds{1};
  EXPECT_EQ(create(with_key(in_time, key_of("key", "one"))).value().outcome, CreateOutcome::replayed);
  NewLink too_late = new_link("third", "https://example.com/");
  too_late.created_at = kNow + links::kIdempotencyWindow;
  EXPECT_EQ(create(with_key(too_late, key_of("key", "two"))).value().outcome, CreateOutcome::created);
  EXPECT_EQ(create(with_key(too_late, key_of("key", "two"))).value().link.code, code_of("third"));
}

TEST_P(LinkStoreContract, ARefusedRequestLeavesItsKeyFree) {
  given(new_link("taken", "https://example.com/"));
  EXPECT_EQ(error_of(create(with_key(new_link("taken", "https://example.com/b"), key_of("key", "one")))),
            ErrorCode::alias_taken);
  EXPECT_EQ(create(with_key(new_link("free", "https://example.com/b"), key_of("key", "two"))).value().outcome,
            CreateOutcome::created);
}

TEST_P(LinkStoreContract, ARequestThatReusedALinkIsReplayedWithThatLink) {
  given(new_link("first", "https://example.com/"));
  CreateRequest request = with_key(new_link("second", "https://example.com/"), key_of("key"));
  request.reuse = true;
  EXPECT_EQ(create(request).value().outcome, CreateOutcome::reused);
  const auto again = create(request).value();
  EXPECT_EQ(again.outcome, CreateOutcome::replayed);
  EXPECT_EQ(again.link.code, code_of("first"));
}

TEST_P(LinkStoreContract, ACallWhoseDeadlineHasPassedDoesNothing) {
  Call late{Deadline{Deadline::clock::now()}};
  EXPECT_EQ(error_of(run(store().create(late, request_for(new_link("late", "https://example.com/"))))),
            ErrorCode::deadline_exceeded);
  EXPECT_EQ(error_of(run(store().find(late, code_of("late")))), ErrorCode::deadline_exceeded);
  EXPECT_EQ(late.statements, 0U);
  EXPECT_EQ(error_of(find("late")), ErrorCode::not_found);
}

TEST_P(LinkStoreContract, AStoreThatIsOpenAnswersAPing) {
  Call call{Deadline::in(patience())};
  EXPECT_TRUE(run(store().ping(call)));
}

}  // namespace
}  // namespace curt::test
