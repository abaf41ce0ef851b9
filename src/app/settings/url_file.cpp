#include "app/settings/url_file.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/settings/secret_file.hpp"
#include "app/settings/settings_table.hpp"

namespace curt::app {

std::span<const UrlFileSetting> url_file_settings() {
  using S = Settings;
  constexpr std::string_view kPostgres = "postgresql://USER:PASSWORD@HOST/NAME";
  static constexpr std::array kAll{
      UrlFileSetting{"database_url_file", "database_url",
                     "sqlite:PATH or postgresql://USER:PASSWORD@HOST/NAME", &S::database_url_file,
                     &S::database_url},
      UrlFileSetting{"migrate_database_url_file", "migrate_database_url", kPostgres,
                     &S::migrate_database_url_file, &S::migrate_database_url},
      UrlFileSetting{"redis_url_file", "redis_url", "redis://[[USER]:PASSWORD@]HOST[:PORT][/NUMBER]",
                     &S::redis_url_file, &S::redis_url},
  };
  return kAll;
}

const UrlFileSetting& url_file_setting(std::string_view name) {
  return *std::ranges::find(url_file_settings(), name, &UrlFileSetting::name);
}

result<std::string> read_url_file(const UrlFileSetting& setting, const std::string& file) {
  const auto secret = read_secret_file(file);
  if (!secret) return secret.error();
  const Setting& plain = *find_setting(setting.plain);
  Settings settings;
  // The refusal quotes what it refuses, which may be a password.
  const bool refused = plain.set(plain, secret->view(), settings).has_value();
  if (refused || (settings.*setting.url).empty()) {
    return Error{ErrorCode::invalid_value, fmt::format("what {} holds is not {}", file, setting.form)};
  }
  return std::move(settings.*setting.url);
}

}  // namespace curt::app
