#pragma once

#include "curt/app/commands/command_line.hpp"
#include "curt/app/settings/settings.hpp"

namespace curt::app {

/// `curt import`: brings the links of a file or of the standard input into the database, and prints what
/// became of them. SIGINT and SIGTERM end it after the batch under way; the second one at once. 0 if every
/// link is there, or if lines were rejected and that is no matter; else 1. To be called once, before the
/// process has other threads.
int import_links(const Settings& settings, const ImportCommand& command);

}  // namespace curt::app
