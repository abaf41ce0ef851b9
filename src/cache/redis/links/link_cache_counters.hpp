#pragma once

#include "curt/base/metrics.hpp"

namespace curt::cache {

/// What is counted of the links in Redis.
struct LinkCacheCounters {
  explicit LinkCacheCounters(Metrics& metrics)
      : hit(lookups(metrics, "hit")),
        miss(lookups(metrics, "miss")),
        error(lookups(metrics, "error")),
        stored(fills(metrics, "stored")),
        refused(fills(metrics, "refused")),
        not_stored(fills(metrics, "failed")),
        announced(announcements(metrics, "sent")),
        not_announced(announcements(metrics, "failed")),
        bad_value(malformed(metrics, "value")),
        bad_message(malformed(metrics, "message")) {}

  Counter hit, miss, error;
  Counter stored, refused, not_stored;
  Counter announced, not_announced;
  Counter bad_value, bad_message;

 private:
  static Counter lookups(Metrics& metrics, const char* how) {
    return metrics.counter("curt_cache_lookups_total", "Lookups of a code for a redirect, by cache layer.",
                           {{"layer", "redis"}, {"result", how}});
  }

  static Counter fills(Metrics& metrics, const char* how) {
    return metrics.counter("curt_redis_fills_total", "Links offered to Redis, by what became of them.",
                           {{"result", how}});
  }

  static Counter announcements(Metrics& metrics, const char* how) {
    return metrics.counter("curt_redis_announcements_total", "Changes of links told to all instances.",
                           {{"result", how}});
  }

  static Counter malformed(Metrics& metrics, const char* what) {
    return metrics.counter("curt_redis_malformed_total",
                           "What Redis gave that no instance of this version has written.", {{"what", what}});
  }
};

}  // namespace curt::cache
