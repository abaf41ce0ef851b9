#include "app/settings/settings_table.hpp"

#include <algorithm>
#include <vector>

#include "app/settings/settings_rows.hpp"

namespace curt::app {
namespace {

std::string with_dashes(std::string_view name) {
  std::string text{name};
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

}  // namespace

std::string Setting::flag() const { return "--" + with_dashes(name); }

std::string Setting::variable() const {
  std::string text = "CURT_";
  for (const char c : name) text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

std::span<const Setting> settings_table() {
  static const std::vector<Setting> table = [] {
    std::vector<Setting> rows;
    for (const auto& part : {service_settings(), storage_settings()}) {
      rows.insert(rows.end(), part.begin(), part.end());
    }
    return rows;
  }();
  return table;
}

const Setting* find_setting(std::string_view name) {
  const std::span<const Setting> table = settings_table();
  const auto found = std::ranges::find(table, name, &Setting::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace curt::app
