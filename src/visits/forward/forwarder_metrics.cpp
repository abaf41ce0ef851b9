#include <chrono>
#include <mutex>

#include "curt/visits/forward/forwarder.hpp"

#include "visits/forward/forwarded_epoch.hpp"

namespace curt::visits {

void Forwarder::register_metrics(Metrics& metrics) {
  const auto sum = [this](auto read) {
    return [this, read] {
      double total = 0;
      for (const auto& epoch : epochs()) total += static_cast<double>(read(epoch->spool().figures()));
      return total;
    };
  };
  metrics.gauge_from("curt_visit_spool_bytes", "Visits on the disk, in bytes.",
                     sum([](const SpoolFigures& figures) { return figures.bytes; }));
  metrics.gauge_from("curt_visit_spool_batches", "Batches of visits that the database has not yet.",
                     sum([](const SpoolFigures& figures) { return figures.batches; }));
  metrics.gauge_from("curt_visit_spool_visits", "Visits in these batches.",
                     sum([](const SpoolFigures& figures) { return figures.visits; }));
  metrics.gauge_from("curt_visit_epochs", "Epochs whose visits this process delivers.",
                     [this] { return static_cast<double>(epochs().size()); });
  metrics.gauge_from(
      "curt_visit_spool_age_seconds", "Age of the oldest visit that the database has not.", [this] {
        const auto oldest = oldest_pending();
        const Timestamp now = clock_.now();
        return oldest && *oldest < now ? std::chrono::duration<double>(now - *oldest).count() : 0.0;
      });
  metrics.counter_from("curt_visits_dropped_total", "Visits lost in damaged files, or to a full ring.",
                       [this] {
                         const std::lock_guard lock{mutex_};
                         std::uint64_t total = gone_dropped_;
                         for (const auto& epoch : epochs_)
                           total += EpochLedger::report_of(*epoch->source, {}).dropped;
                         return static_cast<double>(total);
                       });
  metrics.counter_from("curt_visits_undetailed_total", "Visits whose details were given up for room.",
                       [this] {
                         const std::lock_guard lock{mutex_};
                         std::uint64_t total = gone_undetailed_;
                         for (const auto& epoch : epochs_) total += epoch->spool().figures().undetailed;
                         return static_cast<double>(total);
                       });
}

}  // namespace curt::visits
