#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/settings/settings_text.hpp"
#include "app/settings/settings_urls.hpp"
#include "app/settings/settings_values.hpp"

// How settings that are URLs are checked.

namespace curt::app {
namespace {

/// Says what is wrong with a URL of Postgres and how it is written, and quotes nothing of it.
std::string refuse_postgres(std::string_view text) {
  return fmt::format(
      "cannot be read as it was meant: {}; in the user, the password and the database's name, write %40 for "
      "@, "
      "%2F for /, %3A for :, %3F for ?, %23 for #, %20 for a space and %25 for %; a port is a number",
      misreading_of_postgres(text));
}

}  // namespace

Refusal set_base_url(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  const auto origin = parse_origin(text);
  if (!origin) {
    return refuse(text, "is not an http or https URL of a host alone, such as https://go.example.com");
  }
  settings.base_url = *origin;
  return std::nullopt;
}

Refusal set_cors_origins(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  std::vector<std::string> origins;
  for (const std::string_view item : split_list(text)) {
    const auto origin = item == "*" ? std::string{"*"} : parse_origin(item).value_or("");
    if (origin.empty()) return refuse(item, "is not an origin such as https://app.example.com");
    if (std::ranges::find(origins, origin) == origins.end()) origins.push_back(origin);
  }
  if (origins.size() > 1 && std::ranges::find(origins, "*") != origins.end()) {
    return refuse(text, "has * and others, which * includes");
  }
  settings.cors_origins = std::move(origins);
  return std::nullopt;
}

Refusal set_root_redirect(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  if (text == "none" || text.empty()) {
    settings.root_redirect.clear();
    return std::nullopt;
  }
  std::string url = url_in_ascii(text);
  if (!is_http_url(url)) return refuse(text, "is not an http or https URL such as https://example.com/");
  settings.root_redirect = std::move(url);
  return std::nullopt;
}

Refusal set_database_url(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  constexpr std::string_view kScheme = "sqlite:";
  if (is_postgres_url(text)) {
    settings.database_url = text;
    return std::nullopt;
  }
  if (names_postgres(text)) return refuse_postgres(text);
  if (!text.starts_with(kScheme)) {
    return refuse(
        text,
        "is neither sqlite:PATH, such as sqlite:data/curt.db, nor postgresql://USER:PASSWORD@HOST/NAME");
  }
  const std::string_view path = text.substr(kScheme.size());
  if (path.empty() || path.find('\0') != std::string_view::npos) return refuse(text, "names no file");
  if (path.find("://") != std::string_view::npos) return refuse(text, "names a file that looks like a URL");
  if (path == ":memory:") return refuse(text, "is not supported: links must outlive the process");
  // Two slashes would announce a host; three are how others write an absolute path.
  if (path.starts_with("//") && !path.starts_with("///")) {
    return refuse(text, "has a host; write sqlite:data/curt.db or sqlite:/var/lib/curt/curt.db");
  }
  settings.database_url = text;
  return std::nullopt;
}

Refusal set_migrate_database_url(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  if (text != "none" && !text.empty() && !is_postgres_url(text)) {
    if (names_postgres(text)) return refuse_postgres(text);
    return refuse(text, "is not postgresql://USER:PASSWORD@HOST/NAME");
  }
  settings.migrate_database_url = text == "none" ? "" : text;
  return std::nullopt;
}

Refusal set_redis_url(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  if (text != "none" && !text.empty() && !is_redis_url(text)) {
    return refuse(
        text,
        "is not redis://[USER:PASSWORD@]HOST[:PORT][/NUMBER], rediss:// for TLS, or unix:PATH; in user "
        "and password, write %40 for @, %2F for /, and so on");
  }
  settings.redis_url = text == "none" ? "" : text;
  return std::nullopt;
}

}  // namespace curt::app
