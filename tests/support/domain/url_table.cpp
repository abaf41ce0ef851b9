#include "support/domain/url_table.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <ostream>
#include <regex>
#include <stdexcept>

#include "curt/domain/target_url.hpp"

#include "support/paths.hpp"

namespace curt::test {

std::ostream& operator<<(std::ostream& out, const UrlRow& row) {
  return out << "line " << row.line << ": " << row.input;
}

std::vector<UrlRow> read_url_rows(const std::string& name) {
  std::ifstream file(test_data_dir() + "/" + name);
  if (!file) throw std::runtime_error("cannot read the test data " + name);
  std::vector<UrlRow> rows;
  std::string text;
  for (int line = 1; std::getline(file, text); ++line) {
    if (text.starts_with('#')) continue;
    const std::size_t tab = std::min(text.find('\t'), text.size());
    rows.push_back({text.substr(0, tab), text.substr(std::min(tab + 1, text.size())), line});
  }
  return rows;
}

std::string unescape(const std::string& text) {
  static const std::regex repeat(R"(\{([^{}*]+)\*(\d+)\})");
  std::string expanded;
  std::string rest = text;
  for (std::smatch found; std::regex_search(rest, found, repeat); rest = found.suffix().str()) {
    expanded += found.prefix().str();
    for (int i = std::stoi(found[2]); i > 0; --i) expanded += found[1].str();
  }
  expanded += rest;

  std::string out;
  for (std::size_t i = 0; i < expanded.size(); ++i) {
    if (expanded[i] != '\\') {
      out += expanded[i];
      continue;
    }
    switch (expanded.at(++i)) {
      case 't':
        out += '\t';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 'x':
        out += static_cast<char>(std::stoi(expanded.substr(i + 1, 2), nullptr, 16));
        i += 2;
        break;
      default:
        out += expanded[i];
    }
  }
  return out;
}

std::string outcome_of(std::string_view input) {
  const result<TargetUrl> url = TargetUrl::parse(input);
  return url ? url->str() : "refused: " + url.error().detail;
}

}  // namespace curt::test
