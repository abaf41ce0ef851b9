#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "curt/links/outbox.hpp"

namespace curt::test {

/// An outbox in memory whose rows a test writes, and that fails when it is told to. For one thread.
class FakeOutbox final : public links::Outbox {
 public:
  /// What note_announced() was given.
  struct Note {
    std::vector<links::Change> changes;
    std::string identity;
  };

  /// The next look sees this change.
  void happen(const ShortCode& code, std::int64_t version) { fresh_.push_back({code, version}); }

  /// The next look misses changes.
  void miss_changes() { incomplete_ = true; }

  /// The link's change is open until it is noted.
  void leave_open(Link link) { open_.insert_or_assign(link.code, std::move(link)); }

  void take_writes(bool takes) { writable_ = takes; }

  /// The database may have lost what it had acknowledged.
  void begin_history(std::string history) { history_ = std::move(history); }

  /// Another instance has this believed.
  void believe_elsewhere(std::string identity) { believed_ = std::move(identity); }

  /// Called at the begin of each look.
  void on_look(std::function<void()> action) { on_look_ = std::move(action); }

  /// Every call fails from now on, or none.
  void be_away(bool away) { away_ = away; }

  /// Only the reading of open changes fails from now on.
  void hide_open() { hides_open_ = true; }

  [[nodiscard]] std::size_t open() const noexcept { return open_.size(); }
  [[nodiscard]] const std::string& believed() const noexcept { return believed_; }
  /// How many looks have succeeded.
  [[nodiscard]] std::size_t looks() const noexcept { return looks_; }
  /// How many calls have failed.
  [[nodiscard]] std::size_t failures() const noexcept { return failures_; }
  [[nodiscard]] const std::vector<Note>& notes() const noexcept { return notes_; }
  /// The `limit` of every sweep.
  [[nodiscard]] const std::vector<std::size_t>& sweeps() const noexcept { return sweeps_; }

  awaitable<result<links::OutboxView>> look(Call& /*call*/, std::string since) override {
    if (on_look_) on_look_();
    if (away_) co_return failure();
    links::OutboxView view;
    view.incomplete = std::exchange(incomplete_, false) || since != std::to_string(looks_);
    view.seen = std::to_string(++looks_);
    view.fresh = std::exchange(fresh_, {});
    view.open = std::min(open_.size(), links::OutboxView::kMost + 1);
    if (!open_.empty()) view.oldest = std::chrono::milliseconds{1'500};
    view.believed = believed_;
    view.history = history_;
    view.writable = writable_;
    co_return view;
  }

  awaitable<result<std::vector<Link>>> open_changes(Call& /*call*/, ShortCode after,
                                                    std::size_t limit) override {
    if (away_ || hides_open_) co_return failure();
    std::vector<Link> page;
    for (auto at = open_.upper_bound(after); at != open_.end() && page.size() < limit; ++at)
      page.push_back(at->second);
    co_return page;
  }

  awaitable<result<void>> note_announced(Call& /*call*/, std::vector<links::Change> changes,
                                         std::string identity) override {
    if (away_) co_return failure();
    for (const links::Change& change : changes) {
      const auto row = open_.find(change.code);
      const bool closes = row != open_.end() && row->second.version <= change.version;
      if (closes && identity == believed_) open_.erase(row);
    }
    notes_.push_back({std::move(changes), std::move(identity)});
    co_return result<void>{};
  }

  awaitable<result<bool>> believe(Call& /*call*/, std::string identity, std::string instead_of) override {
    if (away_) co_return failure();
    if (believed_ != instead_of) co_return false;
    believed_ = std::move(identity);
    co_return true;
  }

  awaitable<result<std::size_t>> sweep(Call& /*call*/, std::size_t limit) override {
    if (away_) co_return failure();
    sweeps_.push_back(limit);
    co_return std::size_t{0};
  }

 private:
  Error failure() {
    ++failures_;
    return {ErrorCode::unavailable, "The fake outbox says so.", {}, {}};
  }

  std::vector<links::Change> fresh_;
  std::map<ShortCode, Link> open_;
  std::string believed_;
  std::string history_;
  std::function<void()> on_look_;
  bool incomplete_ = false;
  bool writable_ = true;
  bool away_ = false;
  bool hides_open_ = false;
  std::size_t looks_ = 0;
  std::size_t failures_ = 0;
  std::vector<Note> notes_;
  std::vector<std::size_t> sweeps_;
};

}  // namespace curt::test
