#pragma once

#include <string>
#include <string_view>

namespace curt::unicode {

/// The text in normalization form C (UAX #15) of the version of Unicode that data/compositions.txt names, if
/// it consists of characters that host names keep. Newer than in_form_c(), which asks a library of the
/// system; of characters that no host name keeps the combining classes are not known here.
[[nodiscard]] std::u32string composed_host(std::u32string_view text);

}  // namespace curt::unicode
