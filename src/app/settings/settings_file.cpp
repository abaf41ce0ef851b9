#include "app/settings/settings_file.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#include <fmt/format.h>

// The header's own code, without exceptions, in this file alone.
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "curt/base/json_string.hpp"

#include "app/settings/settings_table.hpp"
#include "app/settings/settings_text.hpp"

namespace curt::app {
namespace {

boost::system::result<std::string, SettingsError> read_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return SettingsError{fmt::format("{}: is a folder, not a file of settings", path.string())};
  }
  errno = 0;
  std::ifstream in{path, std::ios::binary};
  if (!in)
    return SettingsError{
        fmt::format("{}: cannot be read: {}", path.string(), std::generic_category().message(errno))};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (in.bad())
    return SettingsError{
        fmt::format("{}: cannot be read: {}", path.string(), std::generic_category().message(errno))};
  return {boost::system::in_place_value, std::move(text)};
}

/// A single value in the form that the environment would have it.
std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  return std::nullopt;
}

std::optional<std::string> text_of(const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return scalar_text(node);
  std::string list;
  for (const toml::node& item : *array) {
    const auto* text = item.as_string();
    if (text == nullptr) return std::nullopt;
    if (!list.empty()) list += ',';
    list += text->get();
  }
  return array->empty() ? "none" : list;
}

std::string unknown_key(std::string_view key) {
  std::string message;
  log::append_text_quoted(message, mask_passwords(key));
  message += " is not a setting";
  std::vector<std::string> names;
  for (const Setting& setting : settings_table()) names.emplace_back(setting.name);
  if (const std::string near = nearest_name(key, names); !near.empty())
    message += "; did you mean " + near + "?";
  return message;
}

}  // namespace

boost::system::result<FileReading, SettingsError> read_settings_file(const std::filesystem::path& path) {
  const auto text = read_file(path);
  if (!text) return text.error();

  const toml::parse_result parsed = toml::parse(*text, path.string());
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    std::string why;
    log::append_terminal_safe(why, mask_passwords(error.description()));
    return SettingsError{fmt::format("{}:{}: {}", path.string(), error.source().begin.line, why)};
  }

  FileReading reading;
  std::map<unsigned, std::string> wrong;  // by line; the table is in the order of the keys
  for (const auto& [name, node] : parsed.table()) {
    const unsigned line = name.source().begin.line;
    if (find_setting(name.str()) == nullptr) {
      wrong.emplace(line, unknown_key(name.str()));
    } else if (auto value = text_of(node)) {
      reading.values.emplace(std::string{name.str()}, FileValue{std::move(*value), line});
    } else {
      constexpr std::string_view kWanted = "is not a string, a number, a boolean or a list of strings";
      wrong.emplace(line, fmt::format("{} {}", name.str(), kWanted));
    }
  }
  for (const auto& [line, why] : wrong) {
    reading.errors.push_back({fmt::format("{}:{}: {}", path.string(), line, why)});
  }
  return reading;
}

}  // namespace curt::app
