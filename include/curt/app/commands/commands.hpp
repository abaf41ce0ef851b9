#pragma once

#include "curt/app/commands/command_line.hpp"
#include "curt/app/settings/settings.hpp"

namespace curt::app {

// One function per subcommand, each in a file of its own name. All return the process's exit status: 0 done,
// 1 failed, 2 for a setting that only the part that uses it could judge. They print errors on stderr, one
// line each. To be called once, before the process has other threads.

/// Serves until SIGTERM or SIGINT; a second one ends the process at once.
int serve(const Settings& settings);

/// Applies visits from the Redis stream to the database until SIGTERM or SIGINT; a second one ends the
/// process at once.
int worker(const Settings& settings);

/// Makes the partitions of the next days, removes what is older than it is to be kept, and prints what was
/// done.
int maintain(const Settings& settings);

/// Brings the database schema forward and prints what was done.
int migrate(const Settings& settings, const MigrateCommand& command);

/// Asks a running service how it is and prints its answer; 0 if it is up or degraded.
int health(const HealthCommand& command);

/// Prints what it finds of everything that the settings name; 1 if something would keep `curt serve` from
/// starting. Does not return where a check hangs: then it ends the process.
int doctor(const DoctorCommand& command);

}  // namespace curt::app
