#include "store/sqlite/links/list_filter.hpp"

namespace curt::store::sqlite {

std::string pattern_of(std::string_view part) {
  if (part.empty()) return "%";
  std::string pattern = "%";
  for (const char c : part) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

}  // namespace curt::store::sqlite
