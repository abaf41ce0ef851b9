#include "app/doctor/checks/other_commands_check.hpp"

#include <chrono>
#include <string>

#include <fmt/format.h>

#include "app/doctor/checks/addresses_check.hpp"
#include "app/doctor/checks/postgres_check.hpp"

namespace curt::app {
namespace {

constexpr const char* kUsedBy = "`curt migrate` and `curt maintain` use it, `curt serve` does not";

void judge_rights(const store::PostgresFacts& facts, bool has_schema, Findings& findings) {
  if (facts.is_standby || facts.is_read_only) {
    findings.warn("it takes no writes, so that nothing can be migrated",
                  "CURT_MIGRATE_DATABASE_URL has to name the primary");
  }
  if (!facts.can_create) {
    findings.warn(fmt::format("{} may not create tables", facts.user),
                  fmt::format("GRANT CREATE ON SCHEMA public TO {}", facts.user));
  }
  if (has_schema && !facts.owns_tables) {
    findings.warn(
        fmt::format("{} does not own the tables: it can neither alter them nor make partitions", facts.user),
        "let the owner of the tables migrate, or a role that is a member of it");
  }
}

}  // namespace

void judge_migration(const store::PostgresFacts& facts, const result<store::SchemaCheck>& schema,
                     Findings& findings) {
  judge_rights(facts, schema && schema->version > 0, findings);
  if (!schema) {
    findings.warn(fmt::format("the schema cannot be asked for: {}", schema.error().detail));
  } else if (!schema->advice.empty()) {
    findings.note(schema->advice);
  } else {
    findings.ok(fmt::format("{} finds the schema at version {}", facts.user, schema->version));
  }
}

void check_migration(const Settings& settings, Findings& findings) {
  const std::string& url = settings.migrate_database_url;
  const auto target = store::postgres_target(url);
  if (!target) {
    findings.warn(
        fmt::format("CURT_MIGRATE_DATABASE_URL is not a connection string that PostgreSQL's libpq takes: {}",
                    target.error().detail),
        "libpq's manual lists what may follow the ?");
    return;
  }
  if (const std::string refusal = refusal_of(*target); !refusal.empty()) {
    findings.warn(fmt::format("CURT_MIGRATE_DATABASE_URL can never work: {}", refusal), kUsedBy);
    return;
  }
  const std::chrono::seconds patience = patience_with(settings, *target);
  const auto facts = store::inspect_postgres(url, patience);
  if (!facts) {
    findings.warn(fmt::format("{}: {}", name_of(*target), facts.error().detail), kUsedBy);
    return;
  }
  findings.ok(fmt::format("{} answers", name_of(*target)));
  if (!facts->unanswered.empty()) {
    findings.warn(fmt::format("not all can be asked: {}", facts->unanswered));
    return;
  }
  judge_migration(*facts, store::check_postgres_schema(url, patient_for(patience)), findings);
}

void check_worker(const Settings& settings, Findings& findings) {
  constexpr std::chrono::milliseconds kPatience{1500};
  for (const ListenAddress& address : settings.worker_listen) {
    Findings tried;
    judge_address(try_address(address, kPatience), "CURT_WORKER_LISTEN", Answerer::Kind::worker, tried);
    for (Finding& finding : tried.so_far()) {
      if (finding.mark == Mark::error) {
        findings.warn(std::move(finding.text), "CURT_WORKER_LISTEN names it: `curt worker` would not start");
      } else {
        findings.add(finding.mark, std::move(finding.text), std::move(finding.advice));
      }
    }
  }
}

}  // namespace curt::app
