#include "support/store/visit_store_contract.hpp"

#include <chrono>
#include <utility>

#include <gmock/gmock.h>

#include "support/patience.hpp"
#include "support/run_awaitable.hpp"

namespace curt::test {
namespace {

/// Far longer than a test takes under a sanitizer.
Call patient_call() { return Call{Deadline::in(patience())}; }

}  // namespace

using namespace visits;

result<std::vector<Applied>> VisitStoreContract::apply(std::vector<Batch> batches) const {
  Call call = patient_call();
  return run(store().visits().apply(call, std::move(batches)));
}

result<void> VisitStoreContract::give_up(BatchId id, std::uint64_t visits, std::string reason) const {
  Call call = patient_call();
  return run(store().visits().give_up(call, id, visits, std::move(reason)));
}

std::vector<bool> VisitStoreContract::settled(std::vector<BatchId> ids) const {
  Call call = patient_call();
  return run(store().visits().settled(call, std::move(ids))).value();
}

void VisitStoreContract::confirm(EpochId epoch, std::uint16_t ring, std::uint64_t position) const {
  Call call = patient_call();
  run(store().visits().confirm(call, epoch, ring, position)).value();
}

void VisitStoreContract::report(EpochReport report) const {
  Call call = patient_call();
  run(store().visits().report(call, std::move(report))).value();
}

EpochSeen VisitStoreContract::seen(EpochId epoch, Timestamp opened_at) const {
  Call call = patient_call();
  return run(store().visits().seen(call, epoch, opened_at)).value();
}

Accounting VisitStoreContract::accounting(Timestamp lost_before, std::vector<EpochReport> own) const {
  Call call = patient_call();
  return run(store().visits().accounting(call, lost_before, std::move(own))).value();
}

VisitTotals VisitStoreContract::totals(std::string_view code) const {
  return totals(std::vector{code_of(code)}).front();
}

std::vector<VisitTotals> VisitStoreContract::totals(std::vector<ShortCode> codes) const {
  Call call = patient_call();
  return run(store().visits().totals(call, std::move(codes))).value();
}

Series VisitStoreContract::series(std::string_view code, HourRange range) const {
  Call call = patient_call();
  visits::VisitsOf of;
  if (!code.empty()) of.code = code_of(code);
  return run(store().visits().series(call, of, range)).value();
}

Series VisitStoreContract::series_of(KeyId owner, HourRange range) const {
  Call call = patient_call();
  const visits::VisitsOf of{.owner = owner};
  return run(store().visits().series(call, of, range)).value();
}

VisitTotals VisitStoreContract::grand_total(std::optional<KeyId> owner) const {
  Call call = patient_call();
  return run(store().visits().grand_total(call, owner)).value();
}

std::vector<std::string> VisitStoreContract::top(std::optional<HourRange> range, std::size_t limit,
                                                 std::optional<KeyId> owner) const {
  Call call = patient_call();
  std::vector<std::string> lines;
  for (const TopLink& link : run(store().visits().top(call, range, limit, owner)).value()) {
    lines.push_back(std::string{link.code.view()} + " " + std::to_string(link.visits.humans) + "+" +
                    std::to_string(link.visits.bots));
  }
  return lines;
}

result<std::vector<BreakdownRow>> VisitStoreContract::referrers(std::string_view code, HourRange range,
                                                                std::size_t limit) const {
  Call call = patient_call();
  return run(store().visits().referrers(call, code_of(code), range, limit));
}

Timestamp VisitStoreContract::now() const {
  Call call = patient_call();
  return run(store().visits().now(call)).value();
}

MaintenanceReport VisitStoreContract::maintain(Retention retention, Timestamp now) const {
  Call call = patient_call();
  return run(store().visits().maintain(call, retention, now)).value();
}

void VisitStoreContract::given(const Batch& batch) const {
  EXPECT_THAT(apply({batch}).value(), testing::ElementsAre(Applied::now));
}

void VisitStoreContract::leave_epoch(std::uint8_t number, std::uint64_t accepted, std::uint32_t counted,
                                     Timestamp seen_at, bool closed) const {
  if (counted > 0) given(batch_of({epoch_of(number), 0, 0, 10}, {count_of("a", counted)}));
  if (closed && counted > 0) confirm(epoch_of(number), 0, 10);
  EpochReport last = report_of(number, accepted, seen_at);
  last.closed = closed;
  report(last);
}

EpochReport report_of(std::uint8_t epoch, std::uint64_t accepted, Timestamp seen_at) {
  EpochReport report;
  report.epoch = epoch_of(epoch);
  report.host = "host \xc3";  // cut within a character
  report.opened_at = kNow - std::chrono::minutes{60};
  report.seen_at = seen_at;
  report.accepted = accepted;
  return report;
}

EpochId epoch_of(std::uint8_t number) {
  EpochId epoch;
  epoch.bytes.back() = number;
  return epoch;
}

BatchId batch_id(std::uint64_t first, std::uint32_t count, std::uint16_t ring) {
  return {epoch_of(1), ring, first, count};
}

VisitCount count_of(std::string_view code, std::uint32_t humans, std::uint32_t bots, std::int64_t hour) {
  return {code_of(code), hour, humans, bots};
}

Batch batch_of(BatchId id, std::vector<VisitCount> counts) {
  return {id, Timestamp{std::chrono::hours{kHour}}, std::move(counts), {}};
}

VisitDetail detail_of(std::string_view code, Timestamp at, std::string referrer) {
  return {code_of(code), at, 3, false, "192.0.2.0", std::move(referrer), "Mozilla/5.0"};
}

}  // namespace curt::test
