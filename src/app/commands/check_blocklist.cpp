#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "curt/app/commands/commands.hpp"
#include "curt/base/json_string.hpp"
#include "curt/base/logging.hpp"
#include "curt/domain/target_url.hpp"

#include "app/commands/complain.hpp"
#include "app/wiring/host_lists.hpp"

namespace curt::app {
namespace {

constexpr int kBlocked = 1;

/// The target that a link to this URL would have; a host alone will do.
result<TargetUrl> target_of(const std::string& url) {
  auto target = TargetUrl::parse(url);
  if (target || url.find("://") != std::string::npos) return target;
  return TargetUrl::parse("http://" + url);
}

/// "evil.example in /etc/curt/hosts:12", the entry that matches.
std::string place_of(const limits::HostMatch& match, const std::vector<std::string>& files) {
  const auto place = limits::find_in_files(files, match.entry);
  if (!place) return std::string{match.entry};
  return fmt::format("{} in {}:{}", match.entry, place->file, place->line);
}

/// What the lists say of a host, and whether that is that it is blocked.
struct Saying {
  bool is_blocked = false;
  std::string text;
};

Saying saying_of(std::string_view host, const limits::ListedHosts& lists, const Settings& settings) {
  const limits::HostKey key{host};
  const auto blocked = lists.blocked.match(key.view());
  const auto allowed = lists.allowed.match(key.view());
  if (allowed) {
    const std::string place = place_of(*allowed, settings.allowlist);
    if (!blocked) return {.is_blocked = false, .text = "is allowed by " + place};
    return {.is_blocked = false,
            .text = fmt::format("is allowed by {}, although blocked by {}", place,
                                place_of(*blocked, settings.blocklist))};
  }
  if (blocked) return {.is_blocked = true, .text = "is blocked by " + place_of(*blocked, settings.blocklist)};
  if (lists.unlisted == limits::Unlisted::blocked) {
    return {.is_blocked = true, .text = "is blocked: allow_only is set, and the allowlist does not have it"};
  }
  return {.is_blocked = false, .text = "is not blocked"};
}

void print_counts(std::string_view name, const limits::HostSet& hosts, const limits::ListCounts& counts) {
  constexpr double kMebibyte = 1U << 20U;
  std::string line = fmt::format("{}: {} host(s) from {} file(s), {:.1f} MiB in memory", name, hosts.size(),
                                 counts.files.size(), static_cast<double>(hosts.bytes()) / kMebibyte);
  if (counts.passed_over > 0) line += fmt::format("; {} other rule(s) passed over", counts.passed_over);
  if (counts.unreadable > 0) line += fmt::format("; {} line(s) cannot be read", counts.unreadable);
  fmt::print("{}\n", line);
}

void print_safely(std::string_view text) {
  std::string line;
  log::append_terminal_safe(line, text);
  fmt::print("{}\n", line);
}

int finish(int status) {
  if (std::fflush(stdout) == 0) return status;
  complain("blocklist", std::generic_category().message(errno));
  return kWrongUsage;
}

}  // namespace

int check_blocklist(const Settings& settings, const CheckBlocklistCommand& command) {
  log::configure(settings.log_format, settings.log_level, log::Stream::err);
  for (const std::string& warning : settings.warnings) log::warn(warning);
  if (!names_lists(settings)) {
    complain("blocklist", "no list is named; set CURT_BLOCKLIST (or --blocklist)");
    return kWrongUsage;
  }
  const auto began = std::chrono::steady_clock::now();
  const auto lists = read_lists(settings);
  if (!lists) {
    complain("blocklist", lists.error().detail);
    return kWrongUsage;
  }
  warn_of_bad_lines(*lists);
  if (command.urls.empty()) {
    const auto took = std::chrono::steady_clock::now() - began;
    print_counts("blocklist", lists->hosts.blocked, lists->blocked);
    print_counts("allowlist", lists->hosts.allowed, lists->allowed);
    fmt::print("read in {} ms\n", std::chrono::ceil<std::chrono::milliseconds>(took).count());
    return finish(0);
  }
  int status = 0;
  for (const std::string& url : command.urls) {
    const auto target = target_of(url);
    if (!target) {
      complain("blocklist", fmt::format("{}: {}", url, target.error().detail));
      status = kWrongUsage;
      continue;
    }
    const Saying saying = saying_of(target->host(), lists->hosts, settings);
    if (saying.is_blocked) status = std::max(status, kBlocked);
    print_safely(fmt::format("{} {}", url, saying.text));
  }
  return finish(status);
}

}  // namespace curt::app
