#include "app/wiring/host_lists.hpp"

#include <utility>

#include <fmt/format.h>

#include "curt/base/logging.hpp"

#include "app/settings/settings_table.hpp"

namespace curt::app {
namespace {

result<limits::HostList> read_list(const std::vector<std::string>& paths, std::string_view setting,
                                   const std::stop_token& stop) {
  auto list = limits::read_host_list(paths, stop);
  if (list) return list;
  Error why = list.error();
  why.detail = with_setting(why.detail, setting);
  return why;
}

void warn_of_bad_lines(const limits::ListCounts& counts) {
  if (counts.unreadable == 0) return;
  const std::uint64_t others = counts.unreadable - counts.bad.size();
  std::string lines;
  for (const limits::BadLine& bad : counts.bad) {
    lines += fmt::format("{}{}:{}: {}", lines.empty() ? "" : "; ", bad.file, bad.line, bad.text);
  }
  if (others > 0) lines += fmt::format("; and {} more", others);
  log::warn("lines of a list cannot be read and are passed over",
            {{"count", counts.unreadable}, {"lines", lines}});
}

}  // namespace

limits::TargetOptions target_options(const Settings& settings) {
  return {.refuse_shorteners = settings.refuse_shorteners,
          .refuse_confusables = settings.refuse_confusable_hosts};
}

bool names_lists(const Settings& settings) {
  return !settings.blocklist.empty() || !settings.allowlist.empty() || settings.allow_only;
}

result<ReadLists> read_lists(const Settings& settings, const std::stop_token& stop) {
  auto blocked = read_list(settings.blocklist, "blocklist", stop);
  if (!blocked) return blocked.error();
  auto allowed = read_list(settings.allowlist, "allowlist", stop);
  if (!allowed) return allowed.error();
  ReadLists read{.hosts = {.blocked = std::move(blocked->hosts), .allowed = std::move(allowed->hosts)},
                 .blocked = std::move(blocked->counts),
                 .allowed = std::move(allowed->counts)};
  if (settings.allow_only) read.hosts.unlisted = limits::Unlisted::blocked;
  return read;
}

std::string with_setting(std::string_view text, std::string_view setting) {
  return fmt::format("{} (setting {}, {})", text, setting, find_setting(setting)->variable());
}

void warn_of_empty_lists(const Settings& settings, const limits::ListedHosts& hosts) {
  if (settings.allow_only) {
    if (hosts.allowed.size() > 0) return;
    log::warn(with_setting("the allowlist names no hosts, and allow_only is set: every host is blocked",
                           "allowlist"));
  } else if (!settings.blocklist.empty() && hosts.blocked.size() == 0) {
    log::warn(with_setting("the blocklist names no hosts: nothing is blocked", "blocklist"));
  }
}

void warn_of_bad_lines(const ReadLists& lists) {
  warn_of_bad_lines(lists.blocked);
  warn_of_bad_lines(lists.allowed);
}

}  // namespace curt::app
