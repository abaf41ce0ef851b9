#pragma once

#include <string>
#include <string_view>

namespace curt::app {

/// The text of a field as a spreadsheet may be given it. A program such as Excel takes a field that begins
/// with `=`, `+`, `-`, `@`, a tab or a line end for a formula, and a formula can send data away or run a
/// command (OWASP, "CSV Injection"); the full-width and small forms of these characters count too. A `'`
/// before the field makes it text. Blanks and quotes before the character do not help. Where the program
/// splits at semicolons or tabs instead of commas, a part after one is a field, and gets a `'` of its own.
[[nodiscard]] std::string disarmed(std::string_view text);

}  // namespace curt::app
