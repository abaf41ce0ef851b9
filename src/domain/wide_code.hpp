#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace curt {

/// Whether text of 1 to ShortCode::kMaxLength bytes has the shape of a code of other software with characters
/// beyond ASCII: letters, marks and decimal digits, a mark not first, in normalization form C.
///
/// All of this is settled for as long as a link lives: the characters by a table that only grows, their form
/// by Unicode's promise. That a code is of one script is therefore no part of it. Unicode adds scripts to
/// characters, and takes them away, with each version: a code is judged by that once, when it is imported.
[[nodiscard]] bool is_wide_code(std::string_view text) noexcept;

/// What keeps the text from being the code of an imported link, in words after the name of the field; nothing
/// if it can be one.
[[nodiscard]] std::optional<std::string> objection_to_code(std::string_view text);

}  // namespace curt
