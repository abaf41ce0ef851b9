#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "curt/base/logging.hpp"
#include "curt/visits/forward/forwarder.hpp"

#include "visits/forward/forwarded_epoch.hpp"

// How the forwarder takes over what ended processes left.

namespace curt::visits {

void Forwarder::adopt_abandoned() {
  const auto now = std::chrono::steady_clock::now();
  const bool finishing = [this] {
    const std::lock_guard lock{mutex_};
    return finish_by_.has_value();
  }();
  if (!adopt_ || finishing || now < adopt_at_) return;
  adopt_at_ = now + options_.adopt_every;
  for (auto& source : adopt_()) {
    adopted_.add();
    log::info("took over the visits of a process that has ended",
              {{"epoch", source->id().str()},
               {"host", source->host()},
               {"opened_at", to_rfc3339(source->opened_at())}});
    auto epoch = std::make_shared<ForwardedEpoch>(std::move(source), ForwardedEpoch::Owner::ended_process);
    const std::lock_guard lock{mutex_};
    epochs_.push_back(std::move(epoch));
  }
}

awaitable<bool> Forwarder::ask_seen(ForwardedEpoch& epoch) {
  if (epoch.seen_known) co_return true;
  if (epoch.closed || !store_backoff_.is_over()) co_return false;
  Call call{call_deadline()};
  reach(options_.fault_point, "forwarder: ask what was seen");
  const auto seen = co_await store_.seen(call, epoch.source->id(), epoch.source->opened_at());
  if (!note(seen ? result<void>{} : result<void>{seen.error()})) co_return false;
  if (seen->forgotten) {
    epoch.source->leave();
    epoch.closed = true;
    co_return false;
  }
  const std::uint64_t accepted = EpochLedger::report_of(*epoch.source, {}).accepted;
  if (accepted < seen->accepted) {
    log::warn("a visits folder is older than what its process had told; visits may be missing",
              {{"epoch", epoch.source->id().str()}, {"visits", accepted}, {"visits_told", seen->accepted}});
  }
  epoch.source->skip_seen(*seen);
  epoch.seen_known = true;
  co_return true;
}

awaitable<void> Forwarder::look_for_missing(ForwardedEpoch& epoch, EpochReport last) {
  if (epoch.owner == ForwardedEpoch::Owner::this_process) co_return;
  Call call{call_deadline()};
  const auto seen = co_await store_.seen(call, last.epoch, last.opened_at);
  if (!seen || !seen->settled) co_return;
  const std::uint64_t accepted = std::max(last.accepted, seen->accepted);
  const std::uint64_t known = *seen->settled + last.dropped;
  if (accepted <= known) co_return;
  log::error("visits of a process that has ended are missing; they count as dropped",
             {{"epoch", last.epoch.str()}, {"visits", accepted - known}});
  const std::lock_guard lock{mutex_};
  gone_dropped_ += accepted - known;
}

}  // namespace curt::visits
