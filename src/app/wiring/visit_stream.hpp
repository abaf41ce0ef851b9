#pragma once

#include <memory>

#include "curt/app/settings/settings.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/cache/redis/connection/redis_client.hpp"
#include "curt/cache/redis/visits/redis_visit_stream.hpp"
#include "curt/domain/error.hpp"

namespace curt::app {

/// The stream of visits in the Redis that redis_url names, over a client of its own that is not started yet;
/// both null where it names none.
struct OpenVisitStream {
  std::unique_ptr<cache::RedisClient> redis;
  std::unique_ptr<cache::RedisVisitStream> stream;
};

/// An error says what is wrong with the settings. What is given must outlive the stream.
[[nodiscard]] result<OpenVisitStream> open_visit_stream(const Settings& settings, const Clock& clock,
                                                        Metrics& metrics);

/// A name for a worker that no other one has.
[[nodiscard]] std::string worker_name(RandomSource& random);

/// The name of this machine.
[[nodiscard]] std::string host_name();

}  // namespace curt::app
