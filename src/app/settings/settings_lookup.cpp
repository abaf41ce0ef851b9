#include "app/settings/settings_lookup.hpp"

#include <fmt/format.h>

namespace curt::app {

const std::string* find_variable(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() || found->second.empty() ? nullptr : &found->second;
}

Origin SettingsLookup::origin(const Setting& setting) const {
  if (const auto flag = sources_.flags.find(setting.name); flag != sources_.flags.end()) {
    return {flag->second, setting.flag(), ValueSource::flag};
  }
  if (const std::string* variable = find_variable(sources_.environment, setting.variable())) {
    return {*variable, setting.variable(), ValueSource::variable};
  }
  if (const auto entry = values_.find(setting.name); entry != values_.end()) {
    return {entry->second.text, fmt::format("{}:{}: {}", file_name_, entry->second.line, setting.name),
            ValueSource::file};
  }
  return {setting.default_text, std::string{setting.name}};
}

}  // namespace curt::app
