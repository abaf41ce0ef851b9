#include "curt/base/json_string.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace curt::log {
namespace {

constexpr bool is_plain(char c) {
  return static_cast<bool>(int{c >= ' '} & int{c <= '~'} & int{c != '"'} & int{c != '\\'});
}

/// Without a branch a byte and in blocks, which the compiler makes vector instructions of: most of what an
/// access line costs is this question.
bool is_plain(std::string_view text) {
  constexpr std::size_t kBlock = 16;
  for (; text.size() >= kBlock; text.remove_prefix(kBlock)) {
    unsigned plain = 1;
    for (std::size_t i = 0; i < kBlock; ++i) plain &= static_cast<unsigned>(is_plain(text[i]));
    if (plain == 0) return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) { return is_plain(c); });
}

bool is_printable_ascii(char c) { return c >= ' ' && c <= '~'; }

bool is_word(std::string_view text) {
  const auto fits = [](char c) { return is_plain(c) && c != ' ' && c != '='; };
  return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Escapes what JSON leaves raw: DEL and the C1 controls U+0080 to U+009F, which are 0xC2 and the code in
/// UTF-8.
void append_without_high_controls(std::string& out, std::string_view utf8) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    const auto next = i + 1 < utf8.size() ? static_cast<unsigned char>(utf8[i + 1]) : 0U;
    if (byte == 0x7F) {
      out += "\\u007f";
    } else if (byte == 0xC2 && next < 0xA0) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", next);
      ++i;
    } else {
      out += utf8[i];
    }
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  if (!is_plain(text)) {
    out += quoted(text);
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

void append_terminal_safe(std::string& out, std::string_view text) {
  if (std::all_of(text.begin(), text.end(), is_printable_ascii)) {
    out += text;
    return;
  }
  std::string escaped;
  append_without_high_controls(escaped, quoted(text));
  // Quotes and backslashes do a terminal no harm.
  for (std::size_t i = 1; i + 1 < escaped.size(); ++i) {
    const char next = escaped[i + 1];
    if (escaped[i] == '\\' && (next == '"' || next == '\\')) ++i;
    out += escaped[i];
  }
}

void append_text_value(std::string& out, std::string_view text) {
  if (is_word(text)) {
    out += text;
  } else {
    append_text_quoted(out, text);
  }
}

void append_text_quoted(std::string& out, std::string_view text) {
  append_without_high_controls(out, quoted(text));
}

}  // namespace curt::log
