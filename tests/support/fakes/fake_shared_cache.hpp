#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "curt/links/shared_link_cache.hpp"

namespace curt::test {

/// A shared cache in memory that tells what was asked of it, and is out of reach when it is told to be. For
/// one thread.
class FakeSharedCache final : public links::SharedLinkCache {
 public:
  using Entry = links::CacheEntry;

  void put(const ShortCode& code, Entry entry) { entries_.insert_or_assign(code, std::move(entry)); }
  void lose_connection() { reachable_ = false; }
  void find_connection() { reachable_ = true; }

  [[nodiscard]] std::optional<Entry> held(const ShortCode& code) const {
    const auto known = entries_.find(code);
    return known == entries_.end() ? std::nullopt : std::optional{known->second};
  }
  [[nodiscard]] const std::vector<ShortCode>& announced() const noexcept { return announced_; }

  awaitable<std::optional<Entry>> find(Call& /*call*/, ShortCode code) override {
    if (!reachable_) co_return std::nullopt;
    co_return held(code);
  }

  void fill(ShortCode code, Entry entry) override {
    if (reachable_) put(code, std::move(entry));
  }

  awaitable<bool> announce(ShortCode code, std::optional<Entry> entry) override {
    announced_.push_back(code);
    if (!reachable_) co_return false;
    entries_.erase(code);
    if (entry) put(code, *std::move(entry));
    co_return true;
  }

 private:
  std::map<ShortCode, Entry> entries_;
  std::vector<ShortCode> announced_;
  bool reachable_ = true;
};

}  // namespace curt::test
