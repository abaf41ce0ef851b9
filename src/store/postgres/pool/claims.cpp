#include "store/postgres/pool/claims.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "curt/base/random.hpp"

#include "store/postgres/connection/row.hpp"
#include "store/postgres/pool/connections_for_all.hpp"

namespace curt::store {
namespace {

constexpr std::string_view kPrefix = "curt ";

}  // namespace

std::string claiming_name(std::string_view who, std::size_t pool_size, std::size_t beside) {
  std::string name = fmt::format("{}{} {} {}", kPrefix, who, unique_name().substr(0, 8), pool_size);
  if (beside > 0) name += fmt::format("+{}", beside);
  return name;
}

std::size_t claim_of(std::string_view application_name) {
  if (!application_name.starts_with(kPrefix)) return 0;
  std::string_view sum = application_name.substr(application_name.rfind(' ') + 1);
  std::size_t claim = 0;
  for (;;) {
    std::uint16_t part = 0;
    const auto [end, failed] = std::from_chars(sum.data(), sum.data() + sum.size(), part);
    if (failed != std::errc{}) return 0;
    claim += part;
    sum.remove_prefix(static_cast<std::size_t>(end - sum.data()));
    if (sum.empty()) return claim;
    if (sum.front() != '+') return 0;
    sum.remove_prefix(1);
  }
}

}  // namespace curt::store

namespace curt::store::postgres {
namespace {

/// Roles that may not see others' sessions see those of their own role.
constexpr Statement kFindClaims{"find_claims",
                                "SELECT coalesce(application_name, ''), count(*),"
                                " " CURT_CONNECTIONS_FOR_ALL
                                " FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1",
                                Charge::nothing};

}  // namespace

result<std::optional<ConnectionClaims>> find_claims(Connection& db, const std::string& own_name) {
  ConnectionClaims claims;
  bool has_own = false;
  for (const auto& found : db.run(kFindClaims)) {
    const Row row{found};
    const std::string name = row.text(0);
    has_own = has_own || name == own_name;
    if (const std::size_t claim = claim_of(name); claim > 0) {
      ++claims.processes;
      claims.connections += claim;
    } else {
      claims.others += static_cast<std::size_t>(row.integer(1));
    }
    claims.limit = static_cast<std::size_t>(std::max<std::int64_t>(row.integer(2), 0));
  }
  if (!has_own) return std::optional<ConnectionClaims>{};
  return std::optional{claims};
}

/// What was found last; jobs share it, as they may outlive the count.
struct ClaimCount::Found {
  void note(const std::optional<ConnectionClaims>& claims) {
    {
      const std::lock_guard lock{mutex};
      last = claims;
    }
    if (!claims || claims->fit()) {
      short_of_room.end();
    } else {
      short_of_room.begin({{"processes", std::uint64_t{claims->processes}},
                           {"their_connections", std::uint64_t{claims->connections}},
                           {"connections_of_others", std::uint64_t{claims->others}},
                           {"server_allows", std::uint64_t{claims->limit}}});
    }
  }

  std::mutex mutex;
  std::optional<ConnectionClaims> last;
  LoggedOutage short_of_room{
      "the instances and workers together may want more connections than the database server has",
      "the database server has connections enough again for all instances and workers"};
};

class ClaimCount::Count final : public Job<Connection> {
 public:
  Count(std::string own_name, std::shared_ptr<Found> found)
      : Job(Deadline::in(kInterval / 2)), own_name_(std::move(own_name)), found_(std::move(found)) {}

  Writes run(Connection& db) noexcept override {
    try {
      outcome_ = find_claims(db, own_name_);
    } catch (...) {
      outcome_ = db.failure(std::current_exception());
    }
    return Writes::undo;
  }

  void finish() override {
    if (outcome_) found_->note(*outcome_);
  }

  /// The next one may find out.
  void fail(Error /*error*/) override {}

 private:
  const std::string own_name_;
  const std::shared_ptr<Found> found_;
  result<std::optional<ConnectionClaims>> outcome_{std::optional<ConnectionClaims>{}};
};

ClaimCount::ClaimCount(std::string own_name, JobQueue<Connection>& queue, Watchdog& watchdog)
    : own_name_(std::move(own_name)), queue_(queue), watchdog_(watchdog), found_(std::make_shared<Found>()) {
  watchdog_.watch(*this);
}

ClaimCount::~ClaimCount() {
  watchdog_.forget(*this);
  // The end of the pool does not wait until there is a connection for what nobody asks for.
  queue_.withdraw([](const Job<Connection>& job) { return dynamic_cast<const Count*>(&job) != nullptr; });
}

std::optional<ConnectionClaims> ClaimCount::last() const {
  const std::lock_guard lock{found_->mutex};
  return found_->last;
}

void ClaimCount::look_after() {
  const auto now = Deadline::clock::now();
  if (now < next_) return;
  next_ = now + kInterval;
  queue_.push(std::make_unique<Count>(own_name_, found_));
}

}  // namespace curt::store::postgres
