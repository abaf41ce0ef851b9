#include "visits/forward/stream_delivery.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "curt/base/logging.hpp"

#include "visits/apply/one_per_batch.hpp"

namespace curt::visits {
namespace {

using Outcome = Delivery::Outcome;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kAskedAtOnce = 128;
constexpr std::size_t kLookedForAtOnce = 256;

}  // namespace

StreamDelivery::StreamDelivery(VisitStream& stream, VisitStore& store, Metrics& metrics,
                               const ForwarderOptions& options)
    : stream_(stream),
      store_(store),
      options_(options),
      streamed_(metrics.counter("curt_visit_batches_streamed_total",
                                "Batches of visits that were put into the stream.")),
      resent_(metrics.counter("curt_visit_batches_resent_total",
                              "Batches that the stream has lost and that were delivered again.")),
      shown_length_(
          metrics.gauge("curt_visit_stream_length", "Batches in the stream, when it was last asked.")),
      shown_bytes_(metrics.gauge("curt_visit_stream_bytes",
                                 "Memory that the stream takes, when it was last asked; an estimate where it "
                                 "does not tell.")),
      backoff_(options.first_pause, options.longest_pause),
      room_(options.stream_length, options.stream_bytes) {}

awaitable<Outcome> StreamDelivery::find_room() {
  if (!backoff_.is_over()) co_return Outcome::failed;
  const auto now = SteadyClock::now();
  if (room_.is_stale() || now - length_asked_at_ >= options_.length_every) {
    const auto length = co_await stream_.length();
    if (!length) {
      backoff_.failed();
      co_return Outcome::failed;
    }
    backoff_.succeeded();
    room_.was_told(*length);
    shown_length_.add(static_cast<std::int64_t>(room_.entries()) - shown_length_.value());
    shown_bytes_.add(static_cast<std::int64_t>(room_.bytes()) - shown_bytes_.value());
    length_asked_at_ = now;
  }
  co_return room_.batches() > 0 ? Outcome::some : Outcome::nothing;
}

awaitable<Delivery> StreamDelivery::deliver(ForwardedEpoch& epoch) {
  Delivery delivery;
  delivery.outcome = co_await find_room();
  if (delivery.outcome == Outcome::failed) delivery.reason = "the stream does not answer";
  if (delivery.outcome != Outcome::some) co_return delivery;
  delivery.outcome = Outcome::nothing;
  auto batches =
      epoch.next(static_cast<std::size_t>(std::min<std::uint64_t>(options_.batches, room_.batches())));
  if (!batches) {
    delivery = {Outcome::failed, batches.error().log};
    co_return delivery;
  }
  for (const SpooledBatch& batch : *batches) {
    if (!decode_head(batch.batch.encoded_counts)) {
      delivery.outcome = Outcome::some;
      epoch.lost(batch);
      continue;
    }
    if (!room_.has_room_for(batch.batch)) break;
    delivery.outcome = Outcome::some;
    EncodedBatch copy = batch.batch;
    reach(options_.fault_point, "forwarder: append to the stream");
    auto entry = co_await stream_.append(std::move(copy));
    reach(options_.fault_point, "forwarder: appended to the stream");
    if (!entry) {
      backoff_.failed();
      length_asked_at_ = {};  // whether it is back is asked with a small question
      delivery = {Outcome::failed, "the stream does not answer"};
      co_return delivery;
    }
    room_.took(batch.batch);
    streamed_.add();
    epoch.streamed(batch, std::move(*entry));
    if (room_.is_stale()) break;
  }
  co_return delivery;
}

awaitable<result<void>> StreamDelivery::confirm(ForwardedEpoch& epoch, Deadline deadline) {
  for (bool more = true; more && !epoch.in_stream.empty();) {
    const auto oldest = co_await settle_oldest(epoch, deadline);
    if (!oldest) co_return oldest.error();
    more = 2 * oldest->settled > oldest->asked;
  }
  for (bool more = true; more && !epoch.in_stream.empty();) {
    const auto lost = co_await find_lost(epoch, deadline);
    if (!lost) co_return lost.error();
    more = *lost;
  }
  co_return result<void>{};
}

awaitable<result<StreamDelivery::Settled>> StreamDelivery::settle_oldest(ForwardedEpoch& epoch,
                                                                         Deadline deadline) {
  const std::size_t count = std::min(kAskedAtOnce, epoch.in_stream.size());
  std::vector<BatchId> ids;
  ids.reserve(count);
  for (std::size_t i = 0; i < count; ++i) ids.push_back(epoch.in_stream[i].id);
  const auto answers = co_await ask(std::move(ids), deadline);
  if (!answers) co_return answers.error();
  std::vector<SpoolPosition> settled;
  for (std::size_t i = 0; i < count; ++i) {
    if ((*answers)[i]) settled.push_back(epoch.in_stream[i].position);
  }
  remove(epoch, settled);
  const Settled found{count, settled.size()};
  co_return found;
}

awaitable<result<bool>> StreamDelivery::find_lost(ForwardedEpoch& epoch, Deadline deadline) {
  const auto now = SteadyClock::now();
  std::vector<std::size_t> which;
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < epoch.in_stream.size() && which.size() < kLookedForAtOnce; ++i) {
    if (now - epoch.in_stream[i].looked_at < options_.lost_after) continue;
    which.push_back(i);
    entries.push_back(epoch.in_stream[i].entry);
  }
  if (which.empty() || !backoff_.is_over()) co_return false;
  const auto present = co_await stream_.present(std::move(entries));
  if (!present || present->size() != which.size()) {
    backoff_.failed();
    co_return false;
  }
  // What is not in the stream has been applied, or is lost: the database is asked after the stream.
  std::vector<BatchId> absent;
  std::vector<SpoolPosition> positions;
  for (std::size_t i = 0; i < which.size(); ++i) {
    StreamedBatch& batch = epoch.in_stream[which[i]];
    if ((*present)[i]) {
      batch.looked_at = now;
    } else {
      absent.push_back(batch.id);
      positions.push_back(batch.position);
    }
  }
  if (absent.empty()) co_return false;
  const auto answers = co_await ask(std::move(absent), deadline);
  if (!answers) co_return answers.error();
  std::vector<SpoolPosition> settled;
  std::vector<SpoolPosition> lost;
  for (std::size_t i = 0; i < positions.size(); ++i) ((*answers)[i] ? settled : lost).push_back(positions[i]);
  remove(epoch, settled);
  epoch.take_back(lost);
  if (!lost.empty()) {
    resent_.add(lost.size());
    length_asked_at_ = {};
    log::warn("the stream has lost batches of visits; delivering them again", {{"batches", lost.size()}});
  }
  co_return true;
}

awaitable<result<std::vector<bool>>> StreamDelivery::ask(std::vector<BatchId> ids, Deadline deadline) {
  const std::size_t count = ids.size();
  Call call{deadline};
  auto answers = co_await store_.settled(call, std::move(ids));
  co_return one_per_batch(std::move(answers), count);
}

void StreamDelivery::remove(ForwardedEpoch& epoch, const std::vector<SpoolPosition>& settled) {
  if (settled.empty()) return;
  reach(options_.fault_point, "forwarder: settle");
  epoch.settled(settled);
  reach(options_.fault_point, "forwarder: settled");
  length_asked_at_ = {};  // there may be room, and how much only the stream knows
}

}  // namespace curt::visits
