#include "store/postgres/links/list_filter.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "store/link_values.hpp"

namespace curt::store::postgres {
namespace {

/// A LIKE pattern for texts that hold `part`, in lower case.
std::string pattern_of(std::string_view part) {
  std::string pattern = "%";
  for (const char c : part) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return pattern + '%';
}

}  // namespace

std::string place(Parameters& parameters, std::string value) {
  parameters.emplace_back(std::move(value));
  return fmt::format("${}", parameters.size());
}

std::string filter_of(const links::ListQuery& query, Parameters& parameters) {
  std::string where = "l.deleted_at IS NULL";
  if (!query.text.empty()) {
    // The columns are of collation "C", whose lower() is that of ASCII.
    where +=
        fmt::format(" AND (lower(l.code) LIKE {0} OR lower(l.target) LIKE {0} OR lower(l.title) LIKE {0})",
                    place(parameters, pattern_of(query.text)));
  }
  if (!query.tag.empty()) {
    where += fmt::format(" AND l.tags <> '[]' AND l.tags @> {}::jsonb",
                         place(parameters, tags_to_json({query.tag})));
  }
  return where;
}

}  // namespace curt::store::postgres
