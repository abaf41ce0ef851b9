#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace curt::unicode {

/// The text in normalization form C (UAX #15); nothing if it is not UTF-8. The form of a text whose
/// characters were assigned in Unicode 14.0 or before is the same with every version of the library.
[[nodiscard]] std::optional<std::string> in_form_c(std::string_view text);

/// Whether the text is UTF-8 in that form.
[[nodiscard]] bool is_in_form_c(std::string_view text) noexcept;

/// The text so that what differs in case or width only is the same: toCasefold in normalization form KC,
/// which makes "api" of "API" and of "ａｐｉ". Of what is not UTF-8 the
/// letters of ASCII alone.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace curt::unicode
