#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "curt/domain/client_share.hpp"
#include "curt/links/link_store.hpp"

namespace curt::test {

/// A store in memory that fails and waits when it is told to, so that a test can stage faults and races. For
/// one thread, which may run several io_contexts.
class FakeLinkStore final : public links::LinkStore {
 public:
  /// Puts the link there, over what was there.
  void put(Link link) { links_.insert_or_assign(link.code, std::move(link)); }

  /// Every call fails with this error from now on; nullopt ends that.
  void fail_with(std::optional<ErrorCode> code) { failure_ = code; }

  /// Every find for this client is refused from now on, as it has its share.
  void refuse(std::uint64_t client) { refused_client_ = client; }

  /// From now on this many calls of disable() go well, then as many fail with this error, then all go well.
  void fail_disabling_with(ErrorCode code, std::size_t good = 0, std::size_t bad = SIZE_MAX) {
    disabling_failure_ = Planned{code, good, bad};
  }

  /// The same for list().
  void fail_listing_with(ErrorCode code, std::size_t good = 0, std::size_t bad = SIZE_MAX) {
    listing_failure_ = Planned{code, good, bad};
  }

  /// Is called at the end of each list() from now on.
  void after_listing(std::function<void()> work) { after_listing_ = std::move(work); }

  /// Every call throws from now on.
  void break_down() { broken_ = true; }

  /// Every code is taken from now on.
  void take_every_code() { every_code_taken_ = true; }

  /// Every find and spend waits from now on, after it has read or written, until it is released.
  void hold() { holding_ = true; }

  /// Lets the one go that has waited longest, or the one that came last. It ends when its io_context runs.
  void release_first() { release(held_.begin()); }
  void release_last() { release(std::prev(held_.end())); }

  /// Lets all go that wait, and holds no more.
  void release_all() {
    holding_ = false;
    while (!held_.empty()) release_first();
  }

  [[nodiscard]] std::size_t finds() const noexcept { return finds_; }
  /// How many visits each spend asked for.
  [[nodiscard]] const std::vector<std::uint64_t>& spends() const noexcept { return spends_; }
  [[nodiscard]] const std::vector<links::CreateRequest>& creates() const noexcept { return creates_; }
  [[nodiscard]] const std::vector<Timestamp>& edit_times() const noexcept { return edit_times_; }

  awaitable<result<Link>> find(Call& call, ShortCode code) override {
    ++finds_;
    ++call.statements;
    const auto known = links_.find(code);
    result<Link> link = known != links_.end() ? result<Link>{known->second} : error(ErrorCode::not_found);
    if (failure_) link = error(*failure_);
    if (call.client == refused_client_) link = client_has_its_share();
    co_await wait_if_held();
    if (broken_) throw std::runtime_error{"the fake store is broken"};
    co_return link;
  }

  awaitable<result<links::Spent>> spend(Call& call, ShortCode code, std::uint64_t visits,
                                        Timestamp now) override {
    ++call.statements;
    spends_.push_back(visits);
    const auto known = links_.find(code);
    result<links::Spent> spent = error(failure_.value_or(ErrorCode::not_found));
    if (!failure_ && known != links_.end()) {
      Link& link = known->second;
      const std::uint64_t granted = links::grantable(link, visits, now);
      if (link.settings.max_visits) link.spent += static_cast<std::int64_t>(granted);
      spent = links::Spent{link, granted};
    }
    co_await wait_if_held();
    if (broken_) throw std::runtime_error{"the fake store is broken"};
    co_return spent;
  }

  /// Knows nothing of reuse and idempotency; tests look at what was asked.
  awaitable<result<links::Created>> create(Call& call, links::CreateRequest request) override {
    ++call.statements;
    creates_.push_back(request);
    if (failure_) co_return error(*failure_);
    if (every_code_taken_ || links_.contains(request.link.code)) co_return error(ErrorCode::alias_taken);
    links::NewLink& wished = request.link;
    Link link = links::as_stored(wished);
    put(link);
    links::Created created{std::move(link), outcome_};
    co_return created;
  }

  /// How the next creates end well.
  void create_ends_as(links::CreateOutcome outcome) { outcome_ = outcome; }

  awaitable<result<links::Edited>> update(Call& call, ShortCode code, links::LinkPatch patch,
                                          links::Precondition only_if, Timestamp now) override {
    ++call.statements;
    edit_times_.push_back(now);
    const result<Link> before = editable(code, only_if);
    if (!before) co_return before.error();
    const result<Link> after = links::apply(patch, *before, now);
    if (!after) co_return after.error();
    put(*after);
    links::Edited edited{*after, before->version};
    co_return edited;
  }

  awaitable<result<std::vector<Link>>> disable(Call& call, std::vector<links::LinkVersion> links,
                                               Timestamp now) override {
    ++call.statements;
    if (disabling_failure_.is_due()) co_return error(disabling_failure_.code);
    std::vector<Link> disabled;
    for (const auto& [code, version] : links) {
      const auto known = links_.find(code);
      if (known == links_.end() || known->second.deleted_at) continue;
      Link& link = known->second;
      if (link.version != version || !link.settings.enabled) continue;
      link.settings.enabled = false;
      ++link.version;
      link.updated_at = now;
      disabled.push_back(link);
    }
    co_return disabled;
  }

  awaitable<result<Link>> remove(Call& call, ShortCode code, links::Precondition only_if,
                                 Timestamp now) override {
    ++call.statements;
    edit_times_.push_back(now);
    result<Link> link = editable(code, only_if);
    if (!link) co_return link;
    ++link->version;
    link->deleted_at = now;
    put(*link);
    co_return link;
  }

  awaitable<result<Link>> restore(Call& call, ShortCode code, links::Precondition only_if,
                                  Timestamp now) override {
    ++call.statements;
    edit_times_.push_back(now);
    if (failure_) co_return error(*failure_);
    const auto known = links_.find(code);
    const bool hidden = known != links_.end() && only_if.owner && only_if.owner != known->second.owner;
    if (known == links_.end() || hidden) co_return error(ErrorCode::not_found);
    Link& link = known->second;
    if (!link.deleted_at) co_return error(ErrorCode::not_deleted);
    if (!only_if.versions.include(link.version)) co_return error(ErrorCode::version_mismatch);
    ++link.version;
    link.deleted_at.reset();
    co_return link;
  }

  awaitable<result<std::vector<ShortCode>>> give(Call& call, std::vector<ShortCode> codes,
                                                 std::optional<KeyId> from, KeyId to) override {
    ++call.statements;
    if (failure_) co_return error(*failure_);
    std::vector<ShortCode> given;
    for (const ShortCode& code : codes) {
      const auto known = links_.find(code);
      if (known == links_.end() || known->second.owner != from || known->second.deleted_at) continue;
      known->second.owner = to;
      given.push_back(code);
    }
    co_return given;
  }

  /// Knows only the owner of the filter, and the order of codes.
  awaitable<result<links::LinkPage>> list(Call& call, links::ListQuery query) override {
    ++call.statements;
    if (failure_) co_return error(*failure_);
    if (listing_failure_.is_due()) co_return error(listing_failure_.code);
    links::LinkPage page;
    for (const auto& [code, link] : links_) {
      if (link.deleted_at || (query.owner && link.owner != query.owner->key)) continue;
      if (query.after && !(query.after->code < code)) continue;
      if (page.links.size() == query.limit) {
        page.next = links::Cursor{page.links.back().code, page.links.back().code};
        break;
      }
      page.links.push_back(link);
    }
    if (after_listing_) after_listing_();
    co_return page;
  }

  awaitable<result<std::vector<links::ImportOutcome>>> import(Call&, links::ImportRows) override {
    co_return error(ErrorCode::unavailable);
  }

  awaitable<result<void>> sync(Call& /*call*/) override { co_return result<void>{}; }

  awaitable<result<void>> ping(Call& call) override {
    ++call.statements;
    if (failure_) co_return error(*failure_);
    co_return result<void>{};
  }

  [[nodiscard]] std::string_view kind() const noexcept override { return "fake"; }

 private:
  /// Calls that fail after others went well.
  struct Planned {
    ErrorCode code{};
    std::size_t good = 0;
    std::size_t bad = 0;

    bool is_due() {
      std::size_t& left = good > 0 ? good : bad;
      const bool fails = good == 0 && bad > 0;
      if (left > 0) --left;
      return fails;
    }
  };

  static Error error(ErrorCode code) { return {code, "The fake store says so.", {}, {}}; }

  result<Link> editable(const ShortCode& code, const links::Precondition& only_if) const {
    if (failure_) return error(*failure_);
    const auto known = links_.find(code);
    if (known == links_.end()) return error(ErrorCode::not_found);
    if (only_if.owner && only_if.owner != known->second.owner) return error(ErrorCode::not_found);
    if (known->second.deleted_at) return error(ErrorCode::deleted);
    if (!only_if.versions.include(known->second.version)) return error(ErrorCode::version_mismatch);
    return known->second;
  }

  awaitable<void> wait_if_held() {
    if (!holding_) co_return;
    auto keep = [this](Completion<int> completion) { held_.push_back(std::move(completion)); };
    co_await suspend<int>(keep);
  }

  void release(std::deque<Completion<int>>::iterator held) {
    Completion<int> completion = std::move(*held);
    held_.erase(held);
    completion(0);
  }

  std::map<ShortCode, Link> links_;
  std::optional<ErrorCode> failure_;
  Planned disabling_failure_;
  Planned listing_failure_;
  std::function<void()> after_listing_;
  std::optional<std::uint64_t> refused_client_;
  bool broken_ = false;
  bool every_code_taken_ = false;
  bool holding_ = false;
  links::CreateOutcome outcome_ = links::CreateOutcome::created;
  std::deque<Completion<int>> held_;
  std::size_t finds_ = 0;
  std::vector<std::uint64_t> spends_;
  std::vector<links::CreateRequest> creates_;
  std::vector<Timestamp> edit_times_;
};

}  // namespace curt::test
