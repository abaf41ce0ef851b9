#include "store/job_queue.hpp"

#include <array>
#include <utility>

namespace curt::store {

QueueMetrics::QueueMetrics(Metrics& metrics, const std::string& store, const std::string& queue)
    : depth(metrics.gauge("curt_store_queue_depth", "Jobs that wait for a thread of the store.",
                          {{"store", store}, {"queue", queue}})),
      wait(metrics.histogram("curt_store_queue_wait_seconds",
                             "How long jobs waited for a thread of the store.", duration_buckets(),
                             {{"store", store}, {"queue", queue}})),
      refused(metrics.counter("curt_store_jobs_given_up_total",
                              "Jobs that were given up before their work began.",
                              {{"store", store}, {"queue", queue}, {"reason", "overloaded"}})),
      timed_out(metrics.counter("curt_store_jobs_given_up_total",
                                "Jobs that were given up before their work began.",
                                {{"store", store}, {"queue", queue}, {"reason", "deadline_exceeded"}})),
      shed(metrics.counter("curt_store_jobs_given_up_total",
                           "Jobs that were given up before their work began.",
                           {{"store", store}, {"queue", queue}, {"reason", "shed"}})) {}

void show_shedding(Metrics& metrics, const std::string& store, const limits::ControlledDelay& delay) {
  using limits::Work;
  constexpr std::array<std::pair<Work, const char*>, 3> kKinds{
      {{Work::creates, "creates"}, {Work::lists, "lists"}, {Work::lookups, "lookups"}}};
  for (const auto& [work, name] : kKinds) {
    metrics.gauge_from("curt_store_shedding",
                       "Whether work of a kind that has waited is given up, as the store has too much to do.",
                       [&delay, kind = work] { return delay.gives_up(kind) ? 1.0 : 0.0; },
                       {{"store", store}, {"work", name}});
  }
}

Histogram group_commit_sizes(Metrics& metrics, const std::string& store) {
  static const Buckets buckets{{1, 2, 4, 8, 16, 32, 64, 128, kLargestGroup}, 1.0};
  return metrics.histogram("curt_store_group_commit_size", "Jobs that were committed together.", buckets,
                           {{"store", store}});
}

Error queue_is_full() { return {ErrorCode::overloaded, "too many requests wait for the store"}; }

Error store_is_stopping() { return {ErrorCode::unavailable, "the store is shutting down"}; }

Error deadline_passed() {
  return {ErrorCode::deadline_exceeded, "the store had no time for the request within its deadline"};
}

Error shed_by_overload() {
  return {ErrorCode::overloaded, "the store has more to do than it can, and others come first"};
}

Error waited_too_long() { return {ErrorCode::overloaded, "the request waited too long for the store"}; }

}  // namespace curt::store
