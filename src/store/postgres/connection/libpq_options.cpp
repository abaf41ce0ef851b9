#include "store/postgres/connection/libpq_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "curt/base/json_string.hpp"
#include "curt/base/text.hpp"

namespace curt::store::postgres {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// The text without percent-encoding, and in lower case; what is no encoding stays.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%' && i + 2 < text.size()) {
      unsigned byte = 0;
      const char* const begin = text.data() + i + 1;
      const auto [end, error] = std::from_chars(begin, begin + 2, byte, 16);
      if (error == std::errc{} && end == begin + 2) {
        c = static_cast<char>(byte);
        i += 2;
      }
    }
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

/// Where a keyword begins whose value is secret: password, sslpassword, passfile, oauth_client_secret,
/// scram_client_key and what may come.
std::size_t find_secret(std::string_view text) {
  constexpr std::array<std::string_view, 3> kWords{"pass", "secret", "scram"};
  std::size_t first = kNone;
  for (const std::string_view word : kWords) first = std::min(first, text.find(word));
  return first;
}

/// The part of a connection string, decoded, that holds no password however it was meant: of a URI what
/// follows the last @, and of everything only what comes before a secret keyword.
std::string public_part(std::string_view connection_string) {
  const std::string text = decoded(connection_string);
  std::string_view rest = text;
  if (rest.find("://") != kNone) {
    const std::size_t at = rest.rfind('@');
    if (at != kNone) {
      // The last @ may stand in a parameter that is secret itself.
      for (std::size_t mark = rest.find_first_of("?&"); mark < at;
           mark = rest.find_first_of("?&", mark + 1)) {
        const std::string_view keyword = rest.substr(mark + 1, rest.find('=', mark) - mark - 1);
        if (find_secret(keyword) != kNone) return {};
      }
      rest.remove_prefix(at + 1);
    }
  }
  return std::string{rest.substr(0, find_secret(rest))};
}

/// libpq's message with *** for all that it quotes but the signs that it misses and what is public.
std::string without_secrets(std::string_view message, std::string_view connection_string) {
  message = trim_white_space(message);
  // With quotation marks in the string it cannot be told what libpq quotes.
  if (decoded(connection_string).find('"') != kNone) {
    const std::size_t quote = message.find('"');
    return quote == kNone ? std::string{message} : fmt::format("{}\"***\"", message.substr(0, quote));
  }
  const std::string known = public_part(connection_string);
  std::string shown;
  for (bool is_quoted = false;; is_quoted = !is_quoted) {
    const std::size_t end = std::min(message.find('"'), message.size());
    const std::string_view part = message.substr(0, end);
    const bool is_sign = part == "=" || part == ":" || part == "/" || part == "]";
    const bool is_known = !part.empty() && known.find(decoded(part)) != std::string::npos;
    shown += !is_quoted || is_sign || is_known ? part : "***";
    if (end == message.size()) break;
    shown += '"';
    message.remove_prefix(end + 1);
  }
  return shown;
}

}  // namespace

result<LibpqOptions> parse_connection_string(const std::string& connection_string) {
  char* message = nullptr;
  LibpqOptions options{PQconninfoParse(connection_string.c_str(), &message), &PQconninfoFree};
  const std::unique_ptr<char, decltype(&PQfreemem)> freed{message, &PQfreemem};
  if (options) return options;
  std::string reason;
  log::append_terminal_safe(
      reason, without_secrets(message == nullptr ? "out of memory" : message, connection_string));
  return Error{ErrorCode::invalid_value, std::move(reason)};
}

LibpqOptions usual_options() { return {PQconndefaults(), &PQconninfoFree}; }

}  // namespace curt::store::postgres
