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

std::chrono::days age_of(const limits::FileStamp& file, Timestamp now) {
  return std::chrono::floor<std::chrono::days>(now.time_since_epoch() -
                                               std::chrono::nanoseconds{file.modified_at});
}

/// Notes the oldest of the old files: a feed that nobody renews any more may stand beside others that are
/// renewed.
void check_age(const std::string& variable, const std::vector<std::string>& paths, Timestamp now,
               Findings& findings) {
  std::vector<limits::FileStamp> old = limits::look_at_files(paths);
  std::erase_if(old,
                [now](const limits::FileStamp& file) { return !file.is_there || age_of(file, now) < kOld; });
  if (old.empty()) return;
  const limits::FileStamp& oldest = *std::ranges::min_element(old, {}, &limits::FileStamp::modified_at);
  std::string text = fmt::format("{}: {} is {} days old", variable, oldest.path, age_of(oldest, now).count());
  if (old.size() > 1) {
    text += fmt::format(", the oldest of {} files that are {} days old or more", old.size(), kOld.count());
  }
  findings.note(text, "renew it, for example by a timer that downloads it and moves it into its place");
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
  check_age(variable, paths, now, findings);
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
