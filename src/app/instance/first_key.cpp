#include "app/instance/first_key.hpp"

#include <filesystem>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "app/settings/settings_text.hpp"

namespace curt::app {
namespace {

constexpr std::string_view kCommand = "curt keys create --name admin --scopes admin";

/// The text as one word of a shell.
std::string quoted(const std::string& text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-:+=@,";
  if (text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + '\'';
}

/// The file's name for a shell in whatever folder.
std::string path_of(const std::filesystem::path& file) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::absolute(file, error);
  return error ? file.string() : whole.string();
}

std::string with(std::string_view option, const std::string& value) {
  return fmt::format("{} {} {}", kCommand, option, quoted(value));
}

}  // namespace

std::string way_to_first_key(const Settings& settings) {
  const std::string& url = settings.database_url;
  // Before the rest: the URL itself must not be given beside its file.
  if (!settings.database_url_file.empty()) {
    return with("--database-url-file", path_of(settings.database_url_file));
  }
  if (settings.uses_sqlite()) {
    if (url == default_settings().database_url) return std::string{kCommand};
    return with("--database-url", "sqlite:" + path_of(settings.sqlite_path()));
  }
  switch (settings.database_source) {
    case ValueSource::file:
      return with("--config", path_of(settings.config_file));
    case ValueSource::flag:
      if (mask_passwords(url) == url) return with("--database-url", url);
      return fmt::format("{} (with the same --database-url)", kCommand);
    case ValueSource::table:
    case ValueSource::variable:
      break;
  }
  return fmt::format("{} (with the same CURT_DATABASE_URL)", kCommand);
}

}  // namespace curt::app
