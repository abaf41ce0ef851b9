#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace curt::test {

/// One line of a table of URLs in tests/data, whose README tells the format.
struct UrlRow {
  std::string input;     ///< before the first tab
  std::string expected;  ///< after it; empty if there is none
  int line = 0;
};

std::ostream& operator<<(std::ostream& out, const UrlRow& row);

/// The lines of tests/data/NAME, but for comments. Throws std::runtime_error if there is no such file.
[[nodiscard]] std::vector<UrlRow> read_url_rows(const std::string& name);

/// "{ab*3}" to "ababab", then the escapes \\ \t \n \r \xHH to their bytes.
[[nodiscard]] std::string unescape(const std::string& text);

/// What TargetUrl makes of the text: the URL, or "refused: " and why.
[[nodiscard]] std::string outcome_of(std::string_view input);

}  // namespace curt::test
