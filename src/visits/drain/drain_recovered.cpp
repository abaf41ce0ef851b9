#include "visits/drain/drain_recovered.hpp"

#include <algorithm>

namespace curt::visits {
namespace {

constexpr std::uint64_t kFetchAhead = 4;

/// Whether a database can take the record; one that was pushed into a ring always is sound.
bool is_sound(const RequestRecord& record) {
  return ShortCode::is_valid(record.code) && record.at >= Timestamp{} && record.at <= kLatestTimestamp &&
         record.version >= 0;
}

result<void> append_batch(Batcher& batcher, RequestRing& ring, BatchSink& sink) {
  const EncodedBatch batch = batcher.close();
  if (const auto appended = sink.append(batch); !appended) return appended.error();
  ring.free(batch.id.end());
  return {};
}

}  // namespace

result<RecoveredVisits> drain_recovered(RequestRing& ring, std::uint16_t number, std::uint64_t from,
                                        EpochId epoch, BatchSink& sink, const BatcherOptions& options,
                                        const IsBot& is_bot) {
  RecoveredVisits recovered;
  Batcher batcher{epoch, number, options};
  std::uint64_t position = std::max({ring.begin(), sink.appended_through(number), from});
  const std::uint64_t end = ring.begin() + ring.size();
  RequestRecord record;
  for (; position < end && ring.read(position, record); ++position) {
    if (position + kFetchAhead < end) ring.fetch(position + kFetchAhead);
    if ((record.use & kVisit) == 0) continue;
    if (!is_sound(record)) {
      ++recovered.damaged;
      continue;
    }
    const bool bot = (record.use & kUnjudged) == 0 && is_bot(record.user_agent);
    batcher.add(position, record, bot, Batcher::clock::time_point{});
    ++recovered.visits;
    if (!batcher.full()) continue;
    if (const auto appended = append_batch(batcher, ring, sink); !appended) return appended.error();
  }
  if (!batcher.empty()) {
    if (const auto appended = append_batch(batcher, ring, sink); !appended) return appended.error();
  }
  ring.free(end);
  return recovered;
}

}  // namespace curt::visits
