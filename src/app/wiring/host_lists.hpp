#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "curt/app/settings/settings.hpp"
#include "curt/limits/blocklist/list_files.hpp"
#include "curt/limits/target_policy.hpp"

namespace curt::app {

/// What the settings refuse of targets beside what is on the lists.
[[nodiscard]] limits::TargetOptions target_options(const Settings& settings);

/// Whether the settings name any list, or block whatever no list allows.
[[nodiscard]] bool names_lists(const Settings& settings);

/// What the files of blocklist and allowlist say.
struct ReadLists {
  limits::ListedHosts hosts;
  limits::ListCounts blocked;
  limits::ListCounts allowed;
};

/// Reads the files of blocklist and allowlist. An error's detail names the file and the setting, for the
/// operator; it is deadline_exceeded once the reading is asked to stop.
[[nodiscard]] result<ReadLists> read_lists(const Settings& settings, const std::stop_token& stop = {});

/// The text with the setting that it is about: "… (setting blocklist, CURT_BLOCKLIST)".
[[nodiscard]] std::string with_setting(std::string_view text, std::string_view setting);

/// Warns in the log of lists without hosts that have every host blocked, or none.
void warn_of_empty_lists(const Settings& settings, const limits::ListedHosts& hosts);

/// Warns in the log of lines that cannot be read, and names the first of them.
void warn_of_bad_lines(const ReadLists& lists);

}  // namespace curt::app
