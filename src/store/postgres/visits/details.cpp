#include "store/postgres/visits/details.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

#include "curt/domain/referrer_host.hpp"

#include "store/clean_text.hpp"

namespace curt::store::postgres {
namespace {

using visits::Batch;
using visits::VisitDetail;

/// A transaction that drops a partition waits until the end of this one.
constexpr Statement kLockVisits{"lock_visits", "LOCK TABLE visits IN ROW EXCLUSIVE MODE", Charge::nothing};

constexpr Statement kFindPartitions{
    "find_partitions",
    "SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid"
    " WHERE i.inhparent = 'visits'::regclass ORDER BY c.relname"};

constexpr Statement kCopyVisits{"copy_visits", ""};

constexpr const char* kColumns = "code,at,version,bot,address,referrer,user_agent,referrer_host";
using VisitRow = std::tuple<std::string, std::int64_t, std::int64_t, bool, std::optional<std::string>,
                            std::optional<std::string>, std::optional<std::string>, std::string>;

/// Later days have no name of eight digits.
constexpr std::int64_t kLastDay =
    std::chrono::floor<std::chrono::days>(kLatestTimestamp).time_since_epoch().count();

std::int64_t day_of(Timestamp time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

std::optional<std::string> text_or_null(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return clean_text(text);
}

/// Knows of a day whether it has a partition.
class Partitions {
 public:
  explicit Partitions(const std::vector<std::string>& names) : names_(names.begin(), names.end()) {}

  [[nodiscard]] bool has(std::int64_t day) {
    if (day < 0 || day > kLastDay) return false;
    const auto [known, is_new] = days_.try_emplace(day, false);
    if (is_new) known->second = names_.contains(partition_of(day));
    return known->second;
  }

 private:
  std::set<std::string> names_;
  std::map<std::int64_t, bool> days_;
};

/// The hosts of referrers, each found once. The referrers outlive it.
class ReferrerHosts {
 public:
  [[nodiscard]] const std::string& of(std::string_view referrer) {
    const auto [known, is_new] = hosts_.try_emplace(referrer);
    if (is_new) known->second = referrer_host(referrer);
    return known->second;
  }

 private:
  std::unordered_map<std::string_view, std::string> hosts_;
};

/// Whether partition_of() makes this name. An operator may have attached tables under names of his own.
bool is_partition(std::string_view name) {
  constexpr std::string_view kPrefix = "visits_";
  if (!name.starts_with(kPrefix)) return false;
  const std::string_view digits = name.substr(kPrefix.size());
  unsigned number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(number / 10'000)},
                                         std::chrono::month{number / 100 % 100},
                                         std::chrono::day{number % 100}};
  return date.ok() && partition_of(std::chrono::sys_days{date}.time_since_epoch().count()) == name;
}

}  // namespace

std::string partition_of(std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("visits_{:04}{:02}{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::vector<std::string> find_partitions(Connection& db) {
  std::vector<std::string> names;
  for (const auto& row : db.run(kFindPartitions)) {
    if (is_partition(row[0].c_str())) names.emplace_back(row[0].c_str());
  }
  return names;
}

std::uint64_t insert_details(Connection& db, const std::vector<const Batch*>& batches) {
  std::vector<const VisitDetail*> details;
  for (const Batch* batch : batches) {
    for (const VisitDetail& detail : batch->details) details.push_back(&detail);
  }
  if (details.empty()) return 0;
  // From here to the end no partition is dropped.
  db.run(kLockVisits);
  Partitions partitions{find_partitions(db)};
  const auto has_none = [&](const VisitDetail* detail) { return !partitions.has(day_of(detail->at)); };
  const std::uint64_t left_out = std::erase_if(details, has_none);
  if (details.empty()) return left_out;
  // The index takes rows that lie side by side best.
  std::sort(details.begin(), details.end(), [](const VisitDetail* a, const VisitDetail* b) {
    return std::tie(a->code, a->at) < std::tie(b->code, b->at);
  });
  std::vector<VisitRow> rows;
  rows.reserve(details.size());
  ReferrerHosts hosts;
  for (const VisitDetail* detail : details) {
    rows.emplace_back(detail->code.view(), detail->at.time_since_epoch().count(), detail->version,
                      detail->bot, text_or_null(detail->address), text_or_null(detail->referrer),
                      text_or_null(detail->user_agent), hosts.of(detail->referrer));
  }
  db.copy(kCopyVisits, "visits", kColumns, rows);
  return left_out;
}

}  // namespace curt::store::postgres
