#include "support/store/link_store_contract.hpp"

#include <latch>
#include <thread>
#include <utility>

#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/import_rows.hpp"

namespace curt::test {
namespace {

/// Far longer than a test takes under a sanitizer.
Call patient_call() { return Call{Deadline::in(patience())}; }

}  // namespace

result<Link> LinkStoreContract::find(std::string_view code) const {
  Call call = patient_call();
  return run(store().find(call, code_of(code)));
}

result<links::Created> LinkStoreContract::create(links::CreateRequest request) const {
  Call call = patient_call();
  return run(store().create(call, std::move(request)));
}

result<Link> LinkStoreContract::update(std::string_view code, links::LinkPatch patch,
                                       links::WantedVersions versions, std::optional<KeyId> owner) const {
  Call call = patient_call();
  result<links::Edited> edited =
      run(store().update(call, code_of(code), std::move(patch), {std::move(versions), owner}, kLater));
  if (!edited) return edited.error();
  EXPECT_EQ(edited->link.version, edited->version_before + (edited->link.updated_at == kLater ? 1 : 0));
  return edited->link;
}

result<Link> LinkStoreContract::remove(std::string_view code, links::WantedVersions versions,
                                       std::optional<KeyId> owner) const {
  Call call = patient_call();
  return run(store().remove(call, code_of(code), {std::move(versions), owner}, kLater));
}

result<Link> LinkStoreContract::restore(std::string_view code, std::optional<std::int64_t> if_version,
                                        std::optional<KeyId> owner) const {
  Call call = patient_call();
  return run(store().restore(call, code_of(code), {if_version, owner}, kLaterStill));
}

result<std::vector<Link>> LinkStoreContract::disable(std::vector<links::LinkVersion> links) const {
  Call call = patient_call();
  return run(store().disable(call, std::move(links), kLater));
}

std::vector<std::string> LinkStoreContract::give(const std::vector<std::string>& codes, KeyId to,
                                                 std::optional<KeyId> from) const {
  Call call = patient_call();
  std::vector<ShortCode> wanted;
  for (const std::string& code : codes) wanted.push_back(code_of(code));
  std::vector<std::string> given;
  for (const ShortCode& code : run(store().give(call, wanted, from, to)).value())
    given.emplace_back(code.view());
  return given;
}

result<links::Spent> LinkStoreContract::spend(std::string_view code, std::uint64_t visits,
                                              Timestamp now) const {
  Call call = patient_call();
  return run(store().spend(call, code_of(code), visits, now));
}

result<links::LinkPage> LinkStoreContract::list(links::ListQuery query) const {
  Call call = patient_call();
  return run(store().list(call, std::move(query)));
}

result<std::vector<links::ImportOutcome>> LinkStoreContract::import(
    std::vector<links::ImportRow> rows) const {
  Call call = patient_call();
  return run(store().import(call, shared(std::move(rows))));
}

std::vector<std::string> LinkStoreContract::found(std::string_view typed, std::string_view base_url) const {
  links::ListQuery query;
  query.search = Search::of(typed, base_url);
  return codes_of(list(std::move(query)).value().links);
}

void LinkStoreContract::fill_search_index() const {
  links::SearchIndex* index = store().search_index();
  for (bool more = index != nullptr; more;) {
    Call call = patient_call();
    const links::SearchFilled step = run(index->fill(call)).value();
    ASSERT_TRUE(step.had_turn);
    more = !step.is_whole;
  }
}

void LinkStoreContract::imported(std::string_view code, std::string_view target,
                                 std::optional<std::string> title) const {
  links::ImportRow row{.link = new_link(code, TargetUrl::parse(target).value().str()),
                       .code_source = links::CodeSource::alias,
                       .humans = 0,
                       .bots = 0};
  row.link.title = std::move(title);
  std::vector<links::ImportRow> rows;
  rows.push_back(std::move(row));
  ASSERT_EQ(import(std::move(rows)).value().front(), links::ImportOutcome::imported) << code;
}

Link LinkStoreContract::given(links::NewLink link) const {
  return create(request_for(std::move(link))).value().link;
}

links::NewLink LinkStoreContract::given_expired(std::string target, std::string_view again) const {
  links::NewLink link = new_link("expired", std::move(target));
  link.created_at = kNow - std::chrono::hours{1};
  link.settings.expires_at = kNow;
  given(link);
  link.code = code_of(again);
  link.created_at = kNow;
  return link;
}

ShortCode code_of(std::string_view text) { return ShortCode::from_valid(text); }

links::NewLink new_link(std::string_view code, std::string target) {
  return {.code = code_of(code),
          .target = TargetUrl::from_stored(std::move(target)),
          .title = std::nullopt,
          .tags = {},
          .settings = {},
          .created_at = kNow};
}

KeyId key_id(int number) {
  const std::string digits = std::to_string(number);
  return KeyId::from_valid("A" + std::string(KeyId::kLength - 1 - digits.size(), '0') + digits);
}

links::NewLink new_link_of(KeyId owner, std::string_view code, std::string target) {
  links::NewLink link = new_link(code, std::move(target));
  link.owner = owner;
  return link;
}

links::CreateRequest request_for(links::NewLink link) {
  return {.link = std::move(link),
          .code_source = links::CodeSource::generated,
          .reuse = false,
          .idempotency = std::nullopt};
}

links::IdempotencyKey key_of(std::string key, std::string body_hash) {
  return {.owner = {}, .key = std::move(key), .body_hash = std::move(body_hash)};
}

links::LinkPatch with_title(std::string title) {
  links::LinkPatch patch;
  patch.title = std::move(title);
  return patch;
}

links::ListQuery containing(std::string text, std::string tag) {
  links::ListQuery query;
  query.search = Search::of(text);
  query.tag = std::move(tag);
  return query;
}

links::ListQuery tagged(std::string tag) { return containing({}, std::move(tag)); }

links::ListQuery sorted_by(links::SortKey key, links::SortOrder order, std::size_t limit) {
  links::ListQuery query;
  query.sort = key;
  query.order = order;
  query.limit = limit;
  return query;
}

std::vector<std::string> codes_of(const std::vector<Link>& links) {
  std::vector<std::string> codes;
  codes.reserve(links.size());
  for (const Link& link : links) codes.emplace_back(link.code.view());
  return codes;
}

void on_threads(std::size_t count, const std::function<void(std::size_t)>& body) {
  std::latch all_there{static_cast<std::ptrdiff_t>(count)};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      all_there.arrive_and_wait();
      body(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace curt::test
