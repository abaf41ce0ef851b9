#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "curt/links/outbox.hpp"
#include "curt/links/shared_link_cache.hpp"

namespace curt::test {

/// A shared cache in memory that tells what was asked of it, and is out of reach, takes no values or is
/// another one when it is told to be. For one thread.
class FakeSharedCache final : public links::SharedLinkCache {
 public:
  using Entry = links::CacheEntry;

  /// Sets what it knows of the code, whatever it knew.
  void put(const ShortCode& code, Entry entry) { entries_.insert_or_assign(code, std::move(entry)); }

  /// From now on it answers nothing.
  void lose_connection() { reachable_ = false; }
  void find_connection() { reachable_ = true; }

  /// Another instance empties it, or none does any more.
  void be_emptied_elsewhere(bool is) { others_turn_ = is; }

  /// From now on it answers what it is asked, and takes no values.
  void refuse_values() { takes_values_ = false; }
  void take_values() { takes_values_ = true; }

  /// Which server it is from now on.
  void be(std::string identity) { identity_ = {links::SharedIdentity::Kind::known, std::move(identity)}; }
  /// From now on it does not tell.
  void be_nobody() { identity_ = {links::SharedIdentity::Kind::not_told, {}}; }

  /// It throws when it is asked next who it is.
  void break_down_once() { broken_ = true; }

  /// Called in the midst of every announcement, before it has an effect.
  void while_announcing(std::function<void()> step) { while_announcing_ = std::move(step); }
  /// Called in the midst of every emptying, before it has an effect.
  void while_emptying(std::function<void()> step) { while_emptying_ = std::move(step); }

  [[nodiscard]] std::optional<Entry> held(const ShortCode& code) const {
    const auto known = entries_.find(code);
    return known == entries_.end() ? std::nullopt : std::optional{known->second};
  }
  /// The changes that each announcement told of, in the order of the announcements.
  [[nodiscard]] const std::vector<std::vector<links::Change>>& announced() const noexcept {
    return announced_;
  }
  [[nodiscard]] const std::vector<links::Telling>& tellings() const noexcept { return tellings_; }
  [[nodiscard]] const std::vector<links::Change>& warnings() const noexcept { return warnings_; }
  [[nodiscard]] const std::vector<links::SharedNotice>& notices() const noexcept { return notices_; }
  /// How often it was emptied.
  [[nodiscard]] std::size_t emptied() const noexcept { return emptied_; }

  awaitable<std::optional<Entry>> find(Call& /*call*/, ShortCode code) override {
    if (!reachable_) co_return std::nullopt;
    co_return held(code);
  }

  void fill(ShortCode code, Entry entry) override {
    if (reachable_ && takes_values_) offer(code, std::move(entry));
  }

  awaitable<bool> announce(std::vector<links::KnownLink> links, links::Telling telling) override {
    std::vector<links::Change> changes;
    for (const links::KnownLink& link : links) changes.push_back({link.code, link.entry.version});
    announced_.push_back(std::move(changes));
    tellings_.push_back(telling);
    if (while_announcing_) while_announcing_();
    if (!reachable_ || !takes_values_) co_return false;
    for (links::KnownLink& link : links) offer(link.code, std::move(link.entry));
    co_return true;
  }

  void warn(ShortCode code, std::int64_t version) override { warnings_.push_back({code, version}); }

  void tell(links::SharedNotice notice) override { notices_.push_back(notice); }

  awaitable<links::SharedIdentity> identity() override {
    if (std::exchange(broken_, false)) throw std::bad_alloc{};
    links::SharedIdentity identity;
    if (reachable_) identity = identity_;
    co_return identity;
  }

  awaitable<bool> may_empty() override { co_return reachable_ && !others_turn_; }

  awaitable<bool> empty() override {
    if (while_emptying_) while_emptying_();
    if (!reachable_ || !takes_values_) co_return false;
    ++emptied_;
    entries_.clear();
    co_return true;
  }

 private:
  void offer(const ShortCode& code, Entry entry) {
    const auto known = entries_.find(code);
    if (known == entries_.end() || known->second.version <= entry.version) put(code, std::move(entry));
  }

  std::map<ShortCode, Entry> entries_;
  bool reachable_ = true;
  bool others_turn_ = false;
  bool takes_values_ = true;
  bool broken_ = false;
  links::SharedIdentity identity_{links::SharedIdentity::Kind::known, "the fake"};
  std::function<void()> while_announcing_;
  std::function<void()> while_emptying_;
  std::vector<std::vector<links::Change>> announced_;
  std::vector<links::Telling> tellings_;
  std::vector<links::Change> warnings_;
  std::vector<links::SharedNotice> notices_;
  std::size_t emptied_ = 0;
};

}  // namespace curt::test
