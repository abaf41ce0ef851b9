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

/// Makes an API key, prints what it may do on the standard error and the key itself, once, as the last line
/// of the standard output. 2 for a key that cannot be.
int create_key(const Settings& settings, const CreateKeyCommand& command);

/// Prints all keys, revoked ones too, in the order of their making; no secrets.
int list_keys(const Settings& settings, const ListKeysCommand& command);

/// Ends a key for good.
int revoke_key(const Settings& settings, const RevokeKeyCommand& command);

/// Gives a key another secret, and prints it as create_key() does.
int rotate_key(const Settings& settings, const RotateKeyCommand& command);

/// Prints the text of a key that is stored nowhere.
int generate_key();

/// Gives links that have no owner, or those of another owner, to a key, and prints how many.
int give_links(const Settings& settings, const GiveLinksCommand& command);

/// Prints of each URL whether links to it are blocked, and by which line of which file; without any, what the
/// lists hold. 0 if none is blocked, 1 if one is, 2 if the lists or a URL cannot be read.
int check_blocklist(const Settings& settings, const CheckBlocklistCommand& command);

/// Prints what it finds of everything that the settings name; 1 if something would keep `curt serve` from
/// starting. Does not return where a check hangs: then it ends the process.
int doctor(const DoctorCommand& command);

}  // namespace curt::app
