#include "curt/visits/drain/drain.hpp"

#include <utility>

#include "visits/drain/drain_thread.hpp"

namespace curt::visits {

Drain::Drain(const std::vector<RequestRing*>& rings, BatchSink& sink, DrainOptions options, Metrics& metrics)
    : thread_(std::make_unique<Thread>(rings, sink, std::move(options), metrics)) {}

Drain::~Drain() = default;

bool Drain::flush(Deadline deadline) { return thread_->flush(deadline); }

void Drain::stop() { thread_->stop(); }

bool Drain::is_keeping() const noexcept { return thread_->is_keeping(); }

std::optional<Timestamp> Drain::pending_since() const { return thread_->pending_since(); }

}  // namespace curt::visits
