#include "store/visit_sums.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

namespace curt::store {
namespace {

using visits::Batch;
using visits::VisitCount;

/// What an integer column holds.
constexpr std::int64_t kLastHour = std::numeric_limits<std::int32_t>::max();

/// Adds to the last sum if that is for the same row, else begins another.
void add(std::vector<VisitSum>& sums, const ShortCode& code, std::int64_t span, std::uint64_t humans,
         std::uint64_t bots) {
  if (sums.empty() || sums.back().span != span || sums.back().code != code) sums.push_back({code, span});
  sums.back().humans += humans;
  sums.back().bots += bots;
}

/// The sums of all links, by span.
std::vector<VisitSum> over_all(const std::vector<VisitSum>& sums) {
  std::map<std::int64_t, VisitSum> by_span;
  for (const VisitSum& sum : sums) {
    VisitSum& all = by_span[sum.span];
    all.span = sum.span;
    all.humans += sum.humans;
    all.bots += sum.bots;
  }
  std::vector<VisitSum> all;
  all.reserve(by_span.size());
  for (const auto& [span, sum] : by_span) all.push_back(sum);
  return all;
}

bool fits(const VisitCount& count) {
  return !count.code.view().empty() && count.hour >= 0 && count.hour <= kLastHour;
}

}  // namespace

VisitSums sum_up(const std::vector<const Batch*>& batches) {
  std::vector<const VisitCount*> counts;
  for (const Batch* batch : batches) {
    for (const VisitCount& count : batch->counts) {
      // A row of zeros would stand in the list of visited links.
      if (count.humans + count.bots > 0) counts.push_back(&count);
    }
  }
  std::sort(counts.begin(), counts.end(), [](const VisitCount* a, const VisitCount* b) {
    return std::tie(a->code, a->hour) < std::tie(b->code, b->hour);
  });
  VisitSums sums;
  for (const VisitCount* count : counts) {
    add(sums.hours, count->code, count->hour, count->humans, count->bots);
  }
  for (const VisitSum& sum : sums.hours) {
    add(sums.days, sum.code, sum.span / kHoursADay, sum.humans, sum.bots);
    add(sums.totals, sum.code, 0, sum.humans, sum.bots);
  }
  sums.all_hours = over_all(sums.hours);
  sums.all_days = over_all(sums.days);
  return sums;
}

std::int64_t visits_in(const Batch& batch) noexcept {
  std::int64_t visits = 0;
  for (const VisitCount& count : batch.counts) {
    visits += static_cast<std::int64_t>(count.humans) + static_cast<std::int64_t>(count.bots);
  }
  return visits;
}

std::optional<Error> refuse(std::span<const Batch> batches) {
  for (const Batch& batch : batches) {
    if (!std::all_of(batch.counts.begin(), batch.counts.end(), fits)) {
      return invalid_field("batch", "has a count without a code, or of an hour that cannot be");
    }
  }
  return std::nullopt;
}

Error overlap_error() {
  return invalid_field("batch", "overlaps visits of its ring that are counted: the disk held an older state");
}

Spans hours_of(std::int64_t begin, std::int64_t end) noexcept {
  return {std::clamp<std::int64_t>(begin, 0, kLastHour), std::clamp<std::int64_t>(end, 0, kLastHour)};
}

Spans days_of(std::int64_t begin, std::int64_t end) noexcept {
  const Spans hours = hours_of(begin, end);
  const auto first_day_from = [](std::int64_t hour) { return (hour + kHoursADay - 1) / kHoursADay; };
  return {first_day_from(hours.begin), first_day_from(hours.end)};
}

}  // namespace curt::store
