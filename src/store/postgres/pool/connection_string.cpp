#include "store/postgres/pool/connection_string.hpp"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <libpq-fe.h>

namespace curt::store::postgres {
namespace {

/// `keyword='value'`, quoted as libpq wants it (PostgreSQL manual, section 34.1.1.1).
void append(std::string& text, std::string_view keyword, std::string_view value) {
  if (!text.empty()) text += ' ';
  text.append(keyword).append("='");
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  text += '\'';
}

}  // namespace

result<std::string> complete_connection_string(const std::string& url, std::chrono::seconds connect_timeout) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options{
      PQconninfoParse(url.c_str(), &message), &PQconninfoFree};
  PQfreemem(message);
  if (!options) {
    return invalid_field("database_url", "is not a connection string that PostgreSQL's libpq takes");
  }
  const std::vector<std::pair<std::string_view, std::string>> defaults{
      {"application_name", "curt"},
      {"client_encoding", "UTF8"},
      {"connect_timeout", std::to_string(connect_timeout.count())},
      {"tcp_user_timeout", "10000"},  // milliseconds
      {"keepalives_idle", "30"},
      {"keepalives_interval", "5"},
      {"keepalives_count", "3"},
  };
  std::string text;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) {
      append(text, option->keyword, option->val);
      continue;
    }
    for (const auto& [keyword, value] : defaults) {
      if (keyword == option->keyword) append(text, keyword, value);
    }
  }
  return text;
}

}  // namespace curt::store::postgres
