#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "curt/app/settings/settings.hpp"

namespace curt::app {

/// One setting, declared once: flag, environment variable, key of the file, help and checks come from its
/// row.
struct Setting {
  /// Checks a text and puts its value into the settings. Answers what is wrong, with the offending part
  /// quoted, such as `"foo" is not a number`.
  using Set = std::optional<std::string> (*)(const Setting& setting, std::string_view text,
                                             Settings& settings);

  std::string_view name;         ///< as in the file: "head_timeout"
  std::string_view group;        ///< heading in the help
  std::string_view placeholder;  ///< what the help calls the value
  std::string_view prose;
  std::string_view default_text;
  std::uint64_t min;  ///< bounds of numbers and bytes; of durations in milliseconds; of nothing else
  std::uint64_t max;
  std::uint16_t commands;  ///< bits of Command
  Set set;

  [[nodiscard]] bool used_by(Command command) const {
    return command == Command::doctor || (commands & static_cast<std::uint16_t>(command)) != 0;
  }
  [[nodiscard]] bool is_switch() const { return placeholder == "BOOL"; }

  /// "--head-timeout"
  [[nodiscard]] std::string flag() const;
  /// "CURT_HEAD_TIMEOUT"
  [[nodiscard]] std::string variable() const;
};

/// All settings, in the order of the help.
[[nodiscard]] std::span<const Setting> settings_table();

/// The row of this name, or null.
[[nodiscard]] const Setting* find_setting(std::string_view name);

}  // namespace curt::app
