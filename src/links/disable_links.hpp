#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "curt/links/link_filter.hpp"
#include "curt/links/link_store.hpp"

namespace curt::links {

/// Walks through the enabled links that a filter means, a page at a time. A page for which the store has no
/// room is asked for again until the call's deadline. What it is given must outlive it.
class EnabledLinks {
 public:
  EnabledLinks(LinkStore& store, LinkFilter filter) : store_(store), filter_(std::move(filter)) {}

  /// The next of them, in the order of their codes; empty where the next codes of the store are of none of
  /// them. To be called while there are more.
  awaitable<result<std::vector<LinkVersion>>> next(Call& call);

  [[nodiscard]] bool has_more() const noexcept { return !is_done_; }

 private:
  static constexpr std::size_t kPage = 500;
  /// What a statement looks through in well under a second.
  static constexpr std::size_t kMostCodes = 50'000;

  awaitable<result<std::vector<LinkVersion>>> next_of_codes(Call& call);
  void take(const Link& link, std::vector<LinkVersion>& page) const;

  LinkStore& store_;
  const LinkFilter filter_;
  std::optional<Cursor> after_;
  bool is_done_ = false;
};

}  // namespace curt::links
