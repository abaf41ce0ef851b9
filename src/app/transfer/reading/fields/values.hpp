#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace curt::app {

// Values as tables of other software have them.

/// Whether the text stands for no value: empty, NULL and \N (MySQL), null, undefined, None.
[[nodiscard]] bool says_nothing(std::string_view text);

/// A whole number: digits, also in groups of three with commas between, and with zeros after a point, as
/// sheets write them; but not 1.000, which is a thousand to some and one to others.
[[nodiscard]] std::optional<std::int64_t> parse_whole_number(std::string_view text);

/// true, t, yes, y, on, 1, active, enabled; and their opposites.
[[nodiscard]] std::optional<bool> parse_truth(std::string_view text);

/// The tags in a text: a JSON array of texts or of objects with a "name", an array as Postgres writes it
/// ({a,"b c"}), or texts with "|" between, or with commas or semicolons. Empty ones are left out.
[[nodiscard]] std::vector<std::string> split_tags(std::string_view text);

/// The title as a link may have it: line breaks and other control characters become a blank, together with
/// what is blank around them, and what is longer than links::kMaxTitle is cut.
[[nodiscard]] std::string fit_title(std::string_view title);

}  // namespace curt::app
