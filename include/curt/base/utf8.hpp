#pragma once

#include <cstddef>
#include <string_view>

namespace curt {

/// Whether the bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);

/// Characters of UTF-8 text: bytes that do not continue one.
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

/// Whether the text holds a C0 control, DEL, or a C1 control (in UTF-8: c2 80 to c2 9f).
[[nodiscard]] bool has_control(std::string_view text) noexcept;

}  // namespace curt
