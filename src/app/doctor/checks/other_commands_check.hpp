#pragma once

#include "curt/app/settings/settings.hpp"
#include "curt/domain/error.hpp"
#include "curt/store/postgres/schema/inspection.hpp"
#include "curt/store/postgres/schema/migrations.hpp"

#include "app/doctor/finding.hpp"

/// What other commands need and `curt serve` does not, so that nothing here is an error.
namespace curt::app {

/// Whether the user of migrate_database_url can bring the schema forward, and make partitions.
void judge_migration(const store::PostgresFacts& facts, const result<store::SchemaCheck>& schema,
                     Findings& findings);

/// Asks the server that migrate_database_url names, which must not be empty.
void check_migration(const Settings& settings, Findings& findings);

/// Tries the addresses of worker_listen.
void check_worker(const Settings& settings, Findings& findings);

}  // namespace curt::app
