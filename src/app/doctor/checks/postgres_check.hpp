#pragma once

#include <chrono>
#include <string>

#include "curt/app/settings/settings.hpp"
#include "curt/store/postgres/schema/inspection.hpp"
#include "curt/store/postgres/schema/migrations.hpp"

#include "app/doctor/finding.hpp"

namespace curt::app {

/// What a server means for `curt serve` with these settings.
void judge_postgres(const Settings& settings, const store::PostgresTarget& target,
                    const store::PostgresFacts& facts, Findings& findings);

/// Whether the schema fits; `pending` is what `curt migrate` would do.
void judge_schema(const result<store::SchemaCheck>& schema, const result<store::MigrationReport>& pending,
                  Findings& findings);

/// How long to wait for a connection to each host, and for answers: as the settings say, but so that
/// `curt doctor` keeps to its time.
[[nodiscard]] std::chrono::seconds patience_with(const Settings& settings,
                                                 const store::PostgresTarget& target);

[[nodiscard]] store::PostgresMigrateOptions patient_for(std::chrono::seconds patience);

/// Hosts and database, for a line of the report.
[[nodiscard]] std::string name_of(const store::PostgresTarget& target);

/// Why libpq refuses this by itself, before it asks a server; empty: it does not, as far as can be told.
[[nodiscard]] std::string refusal_of(const store::PostgresTarget& target);

/// Asks the server that database_url names.
void check_postgres(const Settings& settings, Findings& findings);

}  // namespace curt::app
