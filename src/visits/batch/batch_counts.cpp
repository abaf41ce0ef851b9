#include "visits/batch/batch_counts.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <vector>

#include "visits/batch/batch_bytes.hpp"

namespace curt::visits {
namespace {

std::int64_t hour_of(Timestamp time) noexcept {
  return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count();
}

/// Difference and sum wrap around rather than overflow, whatever the hours are.
std::int64_t difference(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

std::int64_t sum(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

BatchHead read_head(BatchReader& in) {
  BatchHead head;
  head.id = in.begin(BatchPart::counts);
  head.begun_at = Timestamp{std::chrono::milliseconds{in.signed_number()}};
  head.visits = static_cast<std::uint32_t>(in.number(std::numeric_limits<std::uint32_t>::max()));
  return head;
}

/// Reads the counts of the next code, one per hour.
void read_code(BatchReader& in, std::int64_t begun_hour, std::vector<VisitCount>& counts) {
  const std::string_view text = in.text(ShortCode::kMaxLength);
  if (!ShortCode::is_valid(text)) return in.fail();
  const ShortCode code = ShortCode::from_valid(text);
  if (!counts.empty() && counts.back().code >= code) return in.fail();
  const std::uint64_t hours = in.number();
  if (hours == 0) in.fail();
  std::int64_t last = begun_hour;
  for (std::uint64_t i = 0; i < hours && in.ok(); ++i) {
    const std::int64_t hour = sum(last, in.signed_number());
    if (i > 0 && hour <= last) in.fail();
    last = hour;
    VisitCount& count = counts.emplace_back();
    count.code = code;
    count.hour = hour;
    count.humans = static_cast<std::uint32_t>(in.number(std::numeric_limits<std::uint32_t>::max()));
    count.bots = static_cast<std::uint32_t>(in.number(std::numeric_limits<std::uint32_t>::max()));
  }
}

}  // namespace

std::string encode_counts(const BatchId& id, Timestamp begun_at, std::uint32_t visits,
                          std::span<const VisitCount* const> counts) {
  std::string out;
  out.reserve(64 + 16 * counts.size());
  put_begin(out, BatchPart::counts, id);
  put_signed(out, begun_at.time_since_epoch().count());
  put_number(out, visits);
  for (auto group = counts.begin(); group != counts.end();) {
    const auto end = std::find_if(group, counts.end(),
                                  [&](const VisitCount* count) { return count->code != (*group)->code; });
    put_text(out, (*group)->code.view());
    put_number(out, static_cast<std::uint64_t>(end - group));
    for (std::int64_t last = hour_of(begun_at); group != end; ++group) {
      put_signed(out, difference((*group)->hour, last));
      put_number(out, (*group)->humans);
      put_number(out, (*group)->bots);
      last = (*group)->hour;
    }
  }
  put_checksum(out);
  return out;
}

std::optional<BatchHead> decode_head(std::string_view counts) {
  BatchReader in{counts};
  const BatchHead head = read_head(in);
  if (!in.ok()) return std::nullopt;
  return head;
}

std::optional<Batch> decode_counts(std::string_view bytes) {
  BatchReader in{bytes};
  const BatchHead head = read_head(in);
  Batch batch;
  batch.id = head.id;
  batch.begun_at = head.begun_at;
  while (in.ok() && !in.done()) read_code(in, hour_of(head.begun_at), batch.counts);
  if (!in.done() || batch.visits() != head.visits) return std::nullopt;
  return batch;
}

}  // namespace curt::visits
