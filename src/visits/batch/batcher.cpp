#include "curt/visits/batch/batcher.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "visits/batch/batch_counts.hpp"
#include "visits/batch/batch_details.hpp"
#include "visits/batch/client_network.hpp"
#include "visits/batch/text_index.hpp"

namespace curt::visits {

struct Batcher::Contents {
  explicit Contents(VisitIp visit_ip) : network(visit_ip) {}

  std::vector<VisitCount> counts;  ///< in the order in which they came
  TextIndex index;                 ///< into counts, salted with the hour
  std::uint32_t last = 0;          ///< most visits follow one of the same link
  std::vector<const VisitCount*> sorted;
  DetailsEncoder details;
  ClientNetwork network;
};

Batcher::Batcher(EpochId epoch, std::uint16_t ring, BatcherOptions options)
    : epoch_(epoch),
      ring_(ring),
      options_(options),
      contents_(std::make_unique<Contents>(options.visit_ip)) {}

Batcher::~Batcher() = default;

VisitCount& Batcher::count_of(std::string_view code, std::int64_t hour) {
  auto& [counts, index, last, sorted, details, network] = *contents_;
  const auto same = [&](std::uint32_t number) {
    return counts[number].hour == hour && counts[number].code.view() == code;
  };
  if (last < counts.size() && same(last)) return counts[last];
  const auto next = static_cast<std::uint32_t>(counts.size());
  last = index.find_or_add(code, static_cast<std::uint64_t>(hour), next, same);
  if (last == next) counts.push_back({.code = ShortCode::from_valid(code), .hour = hour});
  return counts[last];
}

void Batcher::add(std::uint64_t position, const RequestRecord& record, bool bot, clock::time_point now) {
  if (visits_++ == 0) {
    first_ = position;
    begun_at_ = record.at;
    opened_ = now;
  }
  last_ = position;
  VisitCount& count =
      count_of(record.code, std::chrono::floor<std::chrono::hours>(record.at).time_since_epoch().count());
  ++(bot ? count.bots : count.humans);
  if (!options_.details || (record.use & kPrivate) != 0) return;
  contents_->details.add({.code = record.code,
                          .at = record.at,
                          .version = record.version,
                          .bot = bot,
                          .address = contents_->network.of(record.client),
                          .referrer = record.referrer,
                          .user_agent = record.user_agent});
}

bool Batcher::full() const noexcept {
  return visits_ >= options_.visits || contents_->details.size() >= options_.detail_bytes;
}

bool Batcher::due(clock::time_point now) const noexcept {
  return visits_ > 0 && (full() || now - opened_ >= options_.age);
}

EncodedBatch Batcher::close() {
  auto& [counts, index, last, sorted, details, network] = *contents_;
  EncodedBatch batch;
  batch.id = {.epoch = epoch_,
              .ring = ring_,
              .first = first_,
              .positions = static_cast<std::uint32_t>(last_ - first_ + 1)};
  batch.begun_at = begun_at_;
  batch.visits = visits_;
  sorted.clear();
  for (const VisitCount& count : counts) sorted.push_back(&count);
  std::sort(sorted.begin(), sorted.end(), [](const VisitCount* a, const VisitCount* b) {
    const auto order = a->code <=> b->code;
    return order != 0 ? order < 0 : a->hour < b->hour;
  });
  batch.encoded_counts = encode_counts(batch.id, begun_at_, visits_, sorted);
  batch.encoded_details = details.finish(batch.id);
  counts.clear();
  index.clear();
  last = 0;
  visits_ = 0;
  return batch;
}

}  // namespace curt::visits
