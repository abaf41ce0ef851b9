#include "app/commands/key_lines.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

#include "curt/base/json_string.hpp"
#include "curt/base/timestamp.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kColumns = 7;
using Row = std::array<std::string, kColumns>;

std::string time_or(const std::optional<Timestamp>& time, std::string_view otherwise) {
  return time ? to_rfc3339(std::chrono::floor<std::chrono::seconds>(*time)) : std::string{otherwise};
}

std::string state_of(const access::Key& key, Timestamp now) {
  if (key.revoked_at) return "revoked";
  if (key.expires_at && *key.expires_at <= now) return "expired";
  return "good";
}

Row row_of(const access::Key& key, Timestamp now) {
  std::string name;
  log::append_terminal_safe(name, key.name);
  const std::string scopes = key.scopes.str() + (key.own ? " (own)" : "");
  return {std::string{key.id.view()},
          state_of(key, now),
          scopes,
          time_or(key.created_at, ""),
          time_or(key.expires_at, "never"),
          time_or(key.last_used_at, "never"),
          std::move(name)};
}

void append_member(std::string& json, std::string_view name, const std::optional<Timestamp>& time) {
  json.append(",\"").append(name).append("\":");
  json.append(time ? fmt::format("\"{}\"", to_rfc3339(*time)) : "null");
}

bool write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string table_of_keys(const std::vector<access::Key>& keys, Timestamp now) {
  std::vector<Row> rows{{"ID", "STATE", "SCOPES", "CREATED", "EXPIRES", "LAST USED", "NAME"}};
  for (const access::Key& key : keys) rows.push_back(row_of(key, now));
  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i + 1 < kColumns; ++i) text += fmt::format("{:<{}}  ", row[i], widths[i]);
    text += row.back() + '\n';
  }
  return text;
}

std::string to_json_line(const access::Key& key) {
  std::string json = fmt::format("{{\"id\":\"{}\",\"name\":", key.id.view());
  log::append_json_string(json, key.name);
  json += ",\"scopes\":[";
  const char* between = "";
  for (const std::string_view scope : key.scopes.names()) {
    json += fmt::format("{}\"{}\"", between, scope);
    between = ",";
  }
  json += fmt::format("],\"own\":{}", key.own);
  append_member(json, "created_at", key.created_at);
  append_member(json, "expires_at", key.expires_at);
  append_member(json, "rotated_at", key.rotated_at);
  append_member(json, "previous_good_until", key.previous_until);
  append_member(json, "revoked_at", key.revoked_at);
  append_member(json, "last_used_at", key.last_used_at);
  return json + '}';
}

std::string rights_of(const access::Key& key) {
  std::string text = key.scopes.str();
  if (key.own) text += ", its own links only";
  if (key.expires_at) text += ", until " + to_rfc3339(*key.expires_at);
  return text;
}

bool print_secret(const SecretText& secret) {
  std::fflush(stdout);
  return write_all(secret.view()) && write_all("\n");
}

}  // namespace curt::app
