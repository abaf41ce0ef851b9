#include "visits/forward/forwarded_epoch.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "curt/base/logging.hpp"

namespace curt::visits {

result<std::vector<SpooledBatch>> ForwardedEpoch::next(std::size_t limit) {
  std::vector<SpooledBatch> batches;
  while (batches.size() < limit && batches.size() < again_.size()) {
    auto batch = spool().read_one(again_[batches.size()]);
    if (!batch) return batch.error();
    if (*batch) {
      batches.push_back(std::move(**batch));
    } else {
      again_.erase(again_.begin() + static_cast<std::ptrdiff_t>(batches.size()));  // settled meanwhile
    }
  }
  if (batches.size() == limit) return batches;
  auto more = spool().read(next_, limit - batches.size());
  if (!more) return more.error();
  std::move(more->begin(), more->end(), std::back_inserter(batches));
  return batches;
}

void ForwardedEpoch::streamed(const SpooledBatch& batch, std::string entry) {
  in_stream.push_back({batch.position, batch.batch.id, std::move(entry), std::chrono::steady_clock::now()});
  if (batch.position >= next_) next_ = batch.position.next();
  std::erase(again_, batch.position);
}

void ForwardedEpoch::settled(std::span<const SpoolPosition> positions) {
  spool().settle(positions);
  const std::set<SpoolPosition> done{positions.begin(), positions.end()};
  std::erase_if(in_stream, [&](const StreamedBatch& batch) { return done.contains(batch.position); });
  std::erase_if(again_, [&](const SpoolPosition& position) { return done.contains(position); });
}

void ForwardedEpoch::lost(const SpooledBatch& batch) {
  log::error("a batch of visits in the spool is damaged and lost",
             {{"batch", batch.batch.id.str()}, {"visits", batch.batch.visits}});
  spool().lose(batch.position);
  std::erase(again_, batch.position);
}

void ForwardedEpoch::take_back(std::chrono::steady_clock::time_point before) {
  take_back_if([&](const StreamedBatch& batch) { return batch.looked_at <= before; });
}

void ForwardedEpoch::take_back(std::span<const SpoolPosition> positions) {
  const std::set<SpoolPosition> wanted{positions.begin(), positions.end()};
  take_back_if([&](const StreamedBatch& batch) { return wanted.contains(batch.position); });
}

void ForwardedEpoch::take_back_if(const std::function<bool(const StreamedBatch&)>& which) {
  for (const StreamedBatch& batch : in_stream) {
    if (which(batch)) again_.push_back(batch.position);
  }
  std::erase_if(in_stream, which);
}

}  // namespace curt::visits
