#include "app/doctor/doctor.hpp"

#include <memory>
#include <vector>

#include "curt/base/clock.hpp"

#include "app/doctor/checks/addresses_check.hpp"
#include "app/doctor/checks/files_check.hpp"
#include "app/doctor/checks/keys_check.hpp"
#include "app/doctor/checks/lists_check.hpp"
#include "app/doctor/checks/machine_check.hpp"
#include "app/doctor/checks/other_commands_check.hpp"
#include "app/doctor/checks/postgres_check.hpp"
#include "app/doctor/checks/redis_check.hpp"
#include "app/doctor/checks/settings_check.hpp"
#include "app/doctor/checks/sqlite_check.hpp"
#include "app/wiring/host_lists.hpp"

namespace curt::app {

CheckUp examine(const SettingsReading& reading, std::chrono::milliseconds limit) {
  const auto own = std::make_shared<const SettingsReading>(reading);
  const auto with_settings = [&own](void (*check)(const Settings&, Findings&)) {
    return [own, check](Findings& findings) { check(own->settings, findings); };
  };
  std::vector<Check> checks;
  checks.push_back({"Settings", [own](Findings& findings) { check_settings(*own, findings); }});
  checks.push_back({"Addresses", with_settings(check_addresses)});
  checks.push_back({"Files", [own](Findings& findings) {
                      check_files(own->settings, findings);
                      check_secret_files(own->settings, findings);
                    }});
  if (own->settings.uses_sqlite()) {
    checks.push_back({"Database", [own](Findings& findings) {
                        check_sqlite(own->settings.sqlite_path(), findings);
                        check_keys(own->settings, findings);
                      }});
  } else {
    checks.push_back({"Database", with_settings(check_postgres)});
    checks.push_back({"Keys", with_settings(check_keys)});
  }
  checks.push_back({"Redis", with_settings(check_redis)});
  if (!own->settings.migrate_database_url.empty() && !own->settings.uses_sqlite()) {
    checks.push_back({"Migration", with_settings(check_migration)});
  }
  if (!own->settings.worker_listen.empty()) checks.push_back({"Worker", with_settings(check_worker)});
  if (names_lists(own->settings)) {
    checks.push_back(
        {"Lists", [own](Findings& findings) { check_lists(own->settings, SystemClock{}.now(), findings); }});
  }
  checks.push_back({"Machine", [own](Findings& findings) {
                      judge_machine(own->settings, gather_machine_facts(), findings);
                    }});
  return RunningChecks{checks}.wait(limit);
}

}  // namespace curt::app
