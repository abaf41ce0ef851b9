#include "app/transfer/reading/form/head_rows.hpp"

#include <algorithm>

#include <boost/algorithm/string/predicate.hpp>

#include "curt/base/text.hpp"

namespace curt::app {
bool is_blank(std::string_view row) {
  const std::string_view text = trim(row, " \t\n\v\f\r,;\"");
  return text.empty() || (text.size() == 4 && boost::algorithm::iequals(text, "sep="));
}

bool is_blank_or_comment(std::string_view line) {
  return is_blank(line) || trim_white_space(line).front() == '#';
}

std::vector<HeadRow> rows_of(std::string_view head, bool whole, const std::optional<CsvDialect>& dialect) {
  std::vector<HeadRow> rows;
  std::uint64_t line = 1;
  for (std::string_view rest = head; !rest.empty();) {
    const std::string_view first_line = rest.substr(0, rest.find('\n'));
    std::size_t size = without_cr(first_line).size();
    bool ends = whole || first_line.size() < rest.size();
    if (dialect && !is_blank_or_comment(first_line)) {
      const RowEnd end = find_row_end(rest, *dialect);
      if (end.kind == RowEnd::Kind::line_end) size = end.size;
      ends = whole || (end.kind == RowEnd::Kind::open ? false : size < rest.size());
    }
    if (!ends && !rows.empty()) break;
    const std::string_view text = rest.substr(0, size);
    if (!is_blank_or_comment(text)) rows.push_back({line, std::string{text}});
    line += 1 + static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    rest.remove_prefix(size);
    if (rest.starts_with('\r')) rest.remove_prefix(1);
    if (rest.starts_with('\n')) rest.remove_prefix(1);
  }
  return rows;
}

}  // namespace curt::app
