#include "curt/visits/batch/batch.hpp"

#include <utility>

#include <fmt/format.h>

#include "visits/batch/batch_counts.hpp"
#include "visits/batch/batch_details.hpp"

namespace curt::visits {

std::string BatchId::str() const { return fmt::format("{}-{}-{}-{}", epoch.str(), ring, first, positions); }

std::uint64_t Batch::visits() const noexcept {
  std::uint64_t all = 0;
  for (const VisitCount& count : counts) all += std::uint64_t{count.humans} + count.bots;
  return all;
}

EncodedBatch encode(const Batch& batch) {
  EncodedBatch encoded;
  encoded.id = batch.id;
  encoded.begun_at = batch.begun_at;
  encoded.visits = static_cast<std::uint32_t>(batch.visits());
  std::vector<const VisitCount*> counts;
  counts.reserve(batch.counts.size());
  for (const VisitCount& count : batch.counts) counts.push_back(&count);
  encoded.encoded_counts = encode_counts(batch.id, batch.begun_at, encoded.visits, counts);
  DetailsEncoder details;
  for (const VisitDetail& detail : batch.details) {
    details.add({.code = detail.code.view(),
                 .at = detail.at,
                 .version = detail.version,
                 .bot = detail.bot,
                 .address = detail.address,
                 .referrer = detail.referrer,
                 .user_agent = detail.user_agent});
  }
  encoded.encoded_details = details.finish(batch.id);
  return encoded;
}

std::optional<Batch> decode(std::string_view counts, std::string_view details) {
  auto batch = decode_counts(counts);
  if (!batch || details.empty()) return batch;
  auto decoded = decode_details(details, batch->id);
  if (!decoded) return std::nullopt;
  batch->details = std::move(*decoded);
  return batch;
}

}  // namespace curt::visits
