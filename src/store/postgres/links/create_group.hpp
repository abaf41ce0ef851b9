#pragma once

#include <optional>
#include <utility>

#include "curt/base/metrics.hpp"
#include "curt/links/link_store.hpp"

#include "store/job.hpp"
#include "store/postgres/pool/lanes.hpp"

namespace curt::store::postgres {

/// A link that wants to be stored and asks for nothing else, so that one statement can serve many.
class PlainCreate final : public Job<Connection> {
 public:
  PlainCreate(Deadline deadline, links::NewLink link, Completion<Answer<links::Created>> done,
              std::uint64_t client = 0);

  [[nodiscard]] const links::NewLink& link() const noexcept { return link_; }

  /// Keeps the outcome until finish().
  void settle(result<links::Created> outcome) { outcome_.emplace(std::move(outcome)); }

  /// Stores the link in a statement of its own.
  Writes run(Connection& db) noexcept override;
  void finish() override;
  void fail(Error error) override;

 private:
  links::NewLink link_;
  Caller<links::Created> caller_;
  std::optional<result<links::Created>> outcome_;
};

/// The work of a lane of PlainCreates: those that waited at the same time run as one statement, which commits
/// itself, so that one sync of the server's disk serves them all.
[[nodiscard]] LaneWork create_groups(Metrics& metrics);

}  // namespace curt::store::postgres
