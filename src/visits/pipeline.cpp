#include "curt/visits/pipeline.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "curt/base/machine.hpp"

#include "visits/epoch/epoch_adoption.hpp"
#include "visits/epoch/own_epoch.hpp"

namespace curt::visits {

VisitPipeline::VisitPipeline() = default;

result<std::unique_ptr<VisitPipeline>> VisitPipeline::open(VisitStore& store, VisitStream* stream,
                                                           const Clock& clock, RandomSource& random,
                                                           Metrics& metrics, const Executor& executor,
                                                           PipelineOptions options) {
  if (options.fault_point) {
    options.spool.fault_point = options.fault_point;
    options.forwarder.fault_point = options.fault_point;
  }
  std::unique_ptr<VisitPipeline> pipeline{new VisitPipeline};
  const EpochMeta meta{.opened_at = clock.now(),
                       .host = options.host,
                       .rings = options.rings,
                       .ring_folder = {},
                       .boot_id = boot_id()};
  auto folder = EpochFolder::prepare(options.place, random, meta, options.fault_point);
  if (!folder) return folder.error();
  std::vector<RequestRing*> rings;
  for (std::size_t i = 0; i < options.rings; ++i) {
    auto ring = RequestRing::create(folder->ring(i), options.ring_records);
    if (!ring) return ring.error();
    rings.push_back(pipeline->rings_.emplace_back(std::move(*ring)).get());
  }
  if (auto published = folder->publish(); !published) return published.error();
  auto spool = Spool::open(folder->spool(), folder->id(), options.spool);
  if (!spool) return spool.error();

  pipeline->adoption_ = std::make_unique<EpochAdoption>(options.place, options.spool, options.batches,
                                                        options.bots(), options.fault_point);
  pipeline->forwarder_ = std::make_unique<Forwarder>(
      store, stream, clock, metrics, executor,
      [adoption = pipeline->adoption_.get()] { return adoption->adopt(); }, options.forwarder);
  DrainOptions drain;
  drain.epoch = folder->id();
  drain.batches = options.batches;
  drain.is_bot = options.bots();
  drain.lines = std::move(options.lines);
  drain.line_format = options.line_format;
  drain.method_names = std::move(options.method_names);
  drain.route_names = std::move(options.route_names);
  Spool& sink = **spool;
  auto own = std::make_unique<OwnEpoch>(std::move(*folder), std::move(*spool), rings);
  pipeline->own_ = own.get();
  pipeline->drain_ = std::make_unique<Drain>(rings, sink, std::move(drain), metrics);
  own->use(*pipeline->drain_);
  pipeline->forwarder_->start(std::move(own));
  return pipeline;
}

VisitPipeline::~VisitPipeline() {
  // The drain's thread writes into the forwarder's spool, and the forwarder asks the drain.
  if (drain_) drain_->stop();
  forwarder_.reset();
}

bool VisitPipeline::stop(Deadline deadline) {
  drain_->flush(deadline);
  drain_->stop();
  const bool drained =
      std::all_of(rings_.begin(), rings_.end(), [](const auto& ring) { return ring->size() == 0; });
  if (drained) own_->set_drained();
  return forwarder_->finish(deadline);
}

}  // namespace curt::visits
