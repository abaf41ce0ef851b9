#pragma once

#include <cstddef>
#include <optional>

#include "curt/app/settings/settings.hpp"

#include "app/doctor/finding.hpp"

namespace curt::app {

/// What the number of keys in the database that are good means; nothing where it is not known.
void judge_key_count(const Settings& settings, std::optional<std::size_t> usable, Findings& findings);

/// Files that hold secrets: the admin key, and URLs.
void check_secret_files(const Settings& settings, Findings& findings);

/// Counts the keys. The database is only asked where it has the schema that this binary knows. A SQLite file
/// must not be looked at by another check meanwhile.
void check_keys(const Settings& settings, Findings& findings);

}  // namespace curt::app
