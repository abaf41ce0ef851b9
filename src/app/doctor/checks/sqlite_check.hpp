#pragma once

#include <filesystem>

#include "curt/store/sqlite/schema/inspection.hpp"

#include "app/doctor/finding.hpp"

namespace curt::app {

/// What a database file means for `curt serve`.
void judge_sqlite(const std::filesystem::path& file, const store::SqliteFacts& facts, Findings& findings);

/// Looks at the file, which may not be there yet.
void check_sqlite(const std::filesystem::path& file, Findings& findings);

}  // namespace curt::app
