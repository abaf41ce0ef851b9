#include "app/doctor/checks/keys_check.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>

#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/store/postgres/schema/migrations.hpp"
#include "curt/store/sqlite/schema/inspection.hpp"

#include "app/instance/first_key.hpp"
#include "app/wiring/admin_key.hpp"
#include "app/wiring/open_database.hpp"
#include "app/wiring/run_to_end.hpp"

namespace curt::app {
namespace {

/// `curt doctor` is to be done soon.
constexpr std::chrono::seconds kPatience{2};

awaitable<result<access::KeyChanges>> all_keys(access::KeyStore& keys) {
  Call call{Deadline::in(kPatience)};
  result<access::KeyChanges> all = co_await keys.changes(call, std::nullopt);
  co_return all;
}

std::optional<std::size_t> count_in_sqlite(const Settings& settings) {
  store::SqliteInspection without_check;
  without_check.most_checked_bytes = 0;
  const auto facts = store::inspect_sqlite(settings.sqlite_path(), without_check);
  return facts ? facts->usable_keys : std::nullopt;
}

std::optional<std::size_t> count_in_postgres(const Settings& settings) {
  store::PostgresMigrateOptions options;
  options.connect_timeout = kPatience;
  const auto schema = store::check_postgres_schema(settings.database_url, options);
  if (!schema || !schema->advice.empty()) return std::nullopt;  // another check says so
  net::io_context context{1};
  Metrics metrics;
  const SystemClock clock;
  const auto database = open_database_patiently(settings, clock, metrics);
  if (!database) return std::nullopt;
  const auto all = run_to_end(context, all_keys(database->store->keys()));
  if (!all) return std::nullopt;
  const Timestamp now = clock.now();
  const auto is_usable = [now](const access::Key& key) {
    return !key.revoked_at && (!key.expires_at || *key.expires_at > now);
  };
  return static_cast<std::size_t>(std::ranges::count_if(all->keys, is_usable));
}

void judge_mode(std::string_view setting, const std::string& file, Findings& findings) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0 || (status.st_mode & S_IROTH) == 0) return;
  findings.note(fmt::format("every user of this machine may read {}, which {} names", file, setting),
                fmt::format("chmod o-r {}, where it is not in a container of its own", file));
}

}  // namespace

void judge_key_count(const Settings& settings, std::optional<std::size_t> usable, Findings& findings) {
  if (settings.auth_mode() != AuthMode::keys) {
    if (usable && *usable > 0) findings.ok(fmt::format("{} key(s), although none is asked for", *usable));
    return;
  }
  if (!usable) return;
  if (*usable > 0) {
    findings.ok(fmt::format("{} key(s) are good", *usable));
  } else if (!settings.admin_key_file.empty()) {
    findings.note("no key in the database is good; the start registers that of CURT_ADMIN_KEY_FILE");
  } else {
    findings.warn("keys are asked for, and no key in the database is good: nobody can manage links",
                  "make one: " + way_to_first_key(settings));
  }
}

void check_secret_files(const Settings& settings, Findings& findings) {
  const auto admin = read_admin_key(settings);
  if (!admin) {
    findings.fail(admin.error().detail);
  } else if (*admin) {
    findings.ok(fmt::format("{} holds the admin key {}", settings.admin_key_file, (*admin)->id.view()));
    judge_mode("CURT_ADMIN_KEY_FILE", settings.admin_key_file, findings);
  }
  const std::array<std::pair<std::string_view, const std::string&>, 3> files{{
      {"CURT_DATABASE_URL_FILE", settings.database_url_file},
      {"CURT_MIGRATE_DATABASE_URL_FILE", settings.migrate_database_url_file},
      {"CURT_REDIS_URL_FILE", settings.redis_url_file},
  }};
  for (const auto& [setting, file] : files) {
    if (!file.empty()) judge_mode(setting, file, findings);
  }
}

void check_keys(const Settings& settings, Findings& findings) {
  judge_key_count(settings, settings.uses_sqlite() ? count_in_sqlite(settings) : count_in_postgres(settings),
                  findings);
}

}  // namespace curt::app
