#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/links/link_store.hpp"

namespace curt::test {

/// A store that can only import, and that fails and finds codes taken when it is told to.
class FakeImportStore final : public links::LinkStore {
 public:
  std::map<std::string, std::string> targets;  ///< by code
  std::map<std::string, std::string> titles;   ///< by code; empty for none
  std::map<std::string, std::string> owners;   ///< by code; empty for none
  std::vector<std::size_t> batches;            ///< sizes
  std::size_t fails_at = 0;                    ///< the call that fails; 0: none
  std::size_t shortest_free = 0;               ///< generated codes that are shorter are taken

  awaitable<result<std::vector<links::ImportOutcome>>> import(Call&, links::ImportRows rows) override {
    batches.push_back(rows->size());
    if (batches.size() == fails_at) co_return Error{ErrorCode::unavailable, "the store is down", "disk full"};
    std::vector<links::ImportOutcome> outcomes;
    outcomes.reserve(rows->size());
    for (const links::ImportRow& row : *rows) {
      titles.emplace(row.link.code.view(), row.link.title.value_or(""));
      owners.emplace(row.link.code.view(), row.link.owner ? std::string{row.link.owner->view()} : "");
      outcomes.push_back(put(row));
    }
    co_return outcomes;
  }

  awaitable<result<Link>> find(Call&, ShortCode) override { co_return unused(); }
  awaitable<result<links::Created>> create(Call&, links::CreateRequest) override { co_return unused(); }
  awaitable<result<links::Edited>> update(Call&, ShortCode, links::LinkPatch, links::Precondition,
                                          Timestamp) override {
    co_return unused();
  }
  awaitable<result<std::vector<Link>>> disable(Call&, std::vector<links::LinkVersion>, Timestamp) override {
    co_return unused();
  }
  awaitable<result<Link>> remove(Call&, ShortCode, links::Precondition, Timestamp) override {
    co_return unused();
  }
  awaitable<result<Link>> restore(Call&, ShortCode, links::Precondition, Timestamp) override {
    co_return unused();
  }
  awaitable<result<std::vector<ShortCode>>> give(Call&, std::vector<ShortCode>, std::optional<KeyId>,
                                                 KeyId) override {
    co_return unused();
  }
  awaitable<result<links::Spent>> spend(Call&, ShortCode, std::uint64_t, Timestamp) override {
    co_return unused();
  }
  awaitable<result<links::LinkPage>> list(Call&, links::ListQuery) override { co_return unused(); }
  awaitable<result<void>> sync(Call&) override { co_return result<void>{}; }
  awaitable<result<void>> ping(Call&) override { co_return result<void>{}; }
  [[nodiscard]] std::string_view kind() const noexcept override { return "import only"; }

 private:
  static Error unused() { return {ErrorCode::unavailable, "this store can only import"}; }

  links::ImportOutcome put(const links::ImportRow& row) {
    const std::string code{row.link.code.view()};
    const bool generated = row.code_source == links::CodeSource::generated;
    if (generated && code.size() < shortest_free) return links::ImportOutcome::code_taken;
    const auto [place, fresh] = targets.emplace(code, row.link.target.str());
    if (fresh) return links::ImportOutcome::imported;
    return place->second == row.link.target.str() ? links::ImportOutcome::already_there
                                                  : links::ImportOutcome::code_taken;
  }
};

}  // namespace curt::test
