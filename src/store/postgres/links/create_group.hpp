#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "curt/base/metrics.hpp"
#include "curt/links/link_store.hpp"

#include "store/job.hpp"
#include "store/postgres/pool/session.hpp"

namespace curt::store::postgres {

/// A link that wants to be stored and asks for nothing else, so that one statement can serve many.
class PlainCreate final : public Job<Session> {
 public:
  PlainCreate(Deadline deadline, links::NewLink link, Completion<Answer<links::Created>> done);

  [[nodiscard]] const links::NewLink& link() const noexcept { return link_; }

  /// Keeps the outcome until finish().
  void settle(result<links::Created> outcome) { outcome_.emplace(std::move(outcome)); }

  /// Stores the link in a statement of its own.
  Writes run(Session& session) noexcept override;
  void finish() override;
  void fail(Error error) override;

 private:
  links::NewLink link_;
  Caller<links::Created> caller_;
  std::optional<result<links::Created>> outcome_;
};

/// Most links that share one statement.
inline constexpr std::size_t kLargestCreateGroup = 256;

/// Runs creates that waited at the same time as one statement, which commits itself: one sync of the server's
/// disk serves them all. `jobs` are PlainCreates; they have their outcomes then.
class CreateGroups {
 public:
  explicit CreateGroups(Metrics& metrics);

  void run(Session& session, const std::vector<std::unique_ptr<Job<Session>>>& jobs) const noexcept;

 private:
  Histogram sizes_;
};

}  // namespace curt::store::postgres
