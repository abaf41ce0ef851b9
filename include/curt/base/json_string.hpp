#pragma once

#include <string>
#include <string_view>

namespace curt::log {

/// Appends the text as a JSON string in quotes; bytes that are no UTF-8 become U+FFFD. Plain ASCII is copied
/// as it is.
void append_json_string(std::string& out, std::string_view text);

/// Appends the text so that it stays on its line and moves nothing on a terminal: printable ASCII as it is,
/// else with JSON's escapes for control characters (C0, DEL, C1) and U+FFFD for what is no UTF-8.
void append_terminal_safe(std::string& out, std::string_view text);

/// Appends a value of a text line: bare where it is one word, else in quotes and terminal-safe.
void append_text_value(std::string& out, std::string_view text);

/// The same, always in quotes.
void append_text_quoted(std::string& out, std::string_view text);

}  // namespace curt::log
