#include "app/doctor/checks/lists_check.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "curt/limits/blocklist/list_files.hpp"

#include "app/doctor/amounts.hpp"
#include "app/settings/settings_table.hpp"

namespace curt::app {
namespace {

/// Lists of hosts that deceive change every day; one that nobody renewed for this long may be forgotten.
constexpr std::chrono::days kOld{30};

std::chrono::days age_of(const std::vector<limits::FileStamp>& files, Timestamp now) {
  std::int64_t newest = 0;
  for (const limits::FileStamp& file : files) newest = std::max(newest, file.modified_at);
  return std::chrono::floor<std::chrono::days>(now.time_since_epoch() - std::chrono::nanoseconds{newest});
}

void check_list(std::string_view setting, const std::vector<std::string>& paths, Timestamp now,
                Findings& findings) {
  if (paths.empty()) return;
  const std::string variable = find_setting(setting)->variable();
  const auto list = limits::read_host_list(paths);
  if (!list) {
    findings.fail(fmt::format("{}: {}", variable, list.error().detail),
                  "give the file's name and what it holds; `curt serve` needs it at its start");
    return;
  }
  const limits::ListCounts& counts = list->counts;
  const std::string text = fmt::format("{}: {} host(s) in {} file(s), {} of memory", variable,
                                       list->hosts.size(), counts.files.size(), about(list->hosts.bytes()));
  if (list->hosts.size() == 0) {
    findings.warn(text, "name a file that holds hosts");
  } else {
    findings.ok(text);
  }
  if (counts.unreadable > 0 && !counts.bad.empty()) {
    const limits::BadLine& bad = counts.bad.front();
    findings.note(fmt::format("{}: {} line(s) cannot be read and are passed over, such as {}:{}: {}",
                              variable, counts.unreadable, bad.file, bad.line, bad.text));
  }
  const std::chrono::days age = age_of(limits::look_at_files(paths), now);
  if (age >= kOld) {
    findings.note(fmt::format("{}: the newest of its files is {} days old", variable, age.count()),
                  "renew it, for example by a timer that downloads it and moves it into its place");
  }
}

}  // namespace

void check_lists(const Settings& settings, Timestamp now, Findings& findings) {
  check_list("blocklist", settings.blocklist, now, findings);
  check_list("allowlist", settings.allowlist, now, findings);
  if (settings.allow_only) {
    findings.note("links may lead to hosts on the allowlist alone (CURT_ALLOW_ONLY)");
  }
}

}  // namespace curt::app
