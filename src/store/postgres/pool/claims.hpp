#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "curt/base/logged_outage.hpp"
#include "curt/domain/error.hpp"
#include "curt/store/postgres/pool/connection_claims.hpp"

#include "store/job_queue.hpp"
#include "store/postgres/connection/connection.hpp"
#include "store/postgres/pool/watchdog.hpp"

namespace curt::store::postgres {

/// What the processes that are connected may take; nothing where `own_name` is not among them, as behind a
/// pooler or where the URL names another.
[[nodiscard]] result<std::optional<ConnectionClaims>> find_claims(Connection& db,
                                                                  const std::string& own_name);

/// Finds out every half minute what all processes may take, and logs a line when that is more than the server
/// has, and one when it is no more.
class ClaimCount final : Watchdog::Watched {
 public:
  static constexpr std::chrono::seconds kInterval{30};

  /// Asks through `queue`. What is given outlives it.
  ClaimCount(std::string own_name, JobQueue<Connection>& queue, Watchdog& watchdog);
  ~ClaimCount() override;
  ClaimCount(const ClaimCount&) = delete;
  ClaimCount& operator=(const ClaimCount&) = delete;

  /// What was found last. Thread-safe.
  [[nodiscard]] std::optional<ConnectionClaims> last() const;

 private:
  class Count;
  struct Found;

  bool is_waited_for() override { return false; }
  void look_after() override;

  const std::string own_name_;
  JobQueue<Connection>& queue_;
  Watchdog& watchdog_;
  std::shared_ptr<Found> found_;
  Deadline::clock::time_point next_ = Deadline::clock::time_point::min();
};

}  // namespace curt::store::postgres
