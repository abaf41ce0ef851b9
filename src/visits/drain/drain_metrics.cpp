#include "visits/drain/drain_metrics.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace curt::visits {
namespace {

const Buckets& visit_buckets() {
  static const Buckets buckets{.bounds = {1, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10'000}};
  return buckets;
}

constexpr const char* kVisitsHelp = "Visits that were taken out of the rings, by people and by bots.";

}  // namespace

DrainMetrics::DrainMetrics(Metrics& metrics)
    : humans(metrics.counter("curt_visits_total", kVisitsHelp, {{"kind", "human"}})),
      bots(metrics.counter("curt_visits_total", kVisitsHelp, {{"kind", "bot"}})),
      appended(metrics.counter("curt_visit_batches_appended_total", "Batches of visits that were spooled.")),
      errors(metrics.counter("curt_visit_append_errors_total",
                             "Attempts to spool a batch of visits that failed; it is tried again.")),
      batch_size(metrics.histogram("curt_visit_batch_size", "Visits in a batch.", visit_buckets())),
      append_time(metrics.histogram("curt_visit_flush_duration_seconds", "Time to spool a batch of visits.",
                                    duration_buckets())) {}

void register_ring_metrics(Metrics& metrics, const std::vector<RequestRing*>& rings) {
  for (std::size_t core = 0; core < rings.size(); ++core) {
    const RequestRing* ring = rings[core];
    const std::string name = std::to_string(core);
    metrics.gauge_from("curt_visit_ring_records", "Records in the ring of a core.",
                       [ring] { return static_cast<double>(ring->size()); }, {{"core", name}});
    const auto lost = [&](const char* kind, std::uint64_t RingCounts::* count) {
      metrics.counter_from("curt_visit_ring_lost_total",
                           "Visits and access lines that did not fit into the ring of a core.",
                           [ring, count] { return static_cast<double>(ring->counts().*count); },
                           {{"core", name}, {"kind", kind}});
    };
    lost("visit", &RingCounts::visits_lost);
    lost("access_line", &RingCounts::lines_lost);
  }
  metrics.counter_from("curt_access_log_lost_total", "Access lines lost because a ring was full.", [rings] {
    std::uint64_t lost = 0;
    for (const RequestRing* ring : rings) lost += ring->counts().lines_lost;
    return static_cast<double>(lost);
  });
}

}  // namespace curt::visits
