#include "store/postgres/connection/connection_string.hpp"

#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "store/postgres/connection/libpq_options.hpp"

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

/// The value of connect_timeout, but at most so much. To libpq zero and less are no bound; it refuses what is
/// no number when it connects.
std::string at_most(std::chrono::seconds most, const std::string& value) {
  char* end = nullptr;
  const long long seconds = std::strtoll(value.c_str(), &end, 10);
  const bool is_number =
      end != value.c_str() && std::string_view{end}.find_first_not_of(" \t\n") == std::string_view::npos;
  return is_number && (seconds <= 0 || seconds > most.count()) ? std::to_string(most.count()) : value;
}

constexpr std::string_view kConnectTimeout = "connect_timeout";

}  // namespace

result<std::string> complete_connection_string(const std::string& url, std::chrono::seconds connect_timeout,
                                               const std::string& application_name) {
  const result<LibpqOptions> options = parse_connection_string(url);
  if (!options) {
    return Error{ErrorCode::invalid_value,
                 fmt::format("the URL of the database is none that PostgreSQL's libpq takes: {}",
                             options.error().detail)};
  }
  const std::vector<std::pair<std::string_view, std::string>> defaults{
      {"application_name", application_name},
      {"client_encoding", "UTF8"},
      {kConnectTimeout, std::to_string(connect_timeout.count())},
      {"tcp_user_timeout", "10000"},  // milliseconds
      {"keepalives_idle", "30"},
      {"keepalives_interval", "5"},
      {"keepalives_count", "3"},
  };
  std::string text;
  for (const PQconninfoOption* option = options->get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) {
      const bool is_timeout = option->keyword == kConnectTimeout;
      append(text, option->keyword, is_timeout ? at_most(kMostConnectTimeout, option->val) : option->val);
      continue;
    }
    for (const auto& [keyword, value] : defaults) {
      if (keyword == option->keyword) append(text, keyword, value);
    }
  }
  return text;
}

std::string with_connect_timeout_at_most(std::chrono::seconds most, const std::string& complete) {
  const result<LibpqOptions> options = parse_connection_string(complete);
  if (!options) return complete;
  std::string text = complete;
  for (const PQconninfoOption* option = options->get(); option->keyword != nullptr; ++option) {
    if (option->keyword != kConnectTimeout) continue;
    // Of a keyword that is there twice, libpq takes the last value.
    append(text, kConnectTimeout, at_most(most, option->val == nullptr ? "0" : option->val));
  }
  return text;
}

}  // namespace curt::store::postgres
