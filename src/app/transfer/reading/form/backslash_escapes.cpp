#include "app/transfer/reading/form/backslash_escapes.hpp"

#include <cstddef>

#include "app/transfer/reading/rows/csv.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// Whether the two characters at `place` are a field of their own; so far as the text goes.
bool is_field(std::string_view text, std::size_t place) {
  const bool begins = place == 0 || text[place - 1] == '\t' || text[place - 1] == '\n';
  const std::string_view after = text.substr(place + 2);
  return begins && (after.empty() || after.find_first_of("\t\r\n") == 0);
}

}  // namespace

bool has_backslash_escapes(std::string_view head, bool whole) {
  bool has_null = false;
  for (std::size_t place = 0; place < head.size(); ++place) {
    if (head[place] == '#' && (place == 0 || head[place - 1] == '\n')) {
      const std::string_view comment = head.substr(place, head.find('\n', place) - place);
      if (without_cr(comment) == kEscapesComment) return true;
      place += comment.size();
    } else if (head[place] == '\\') {
      if (place + 1 == head.size()) return has_null && !whole;
      const char letter = head[place + 1];
      const bool is_null = letter == 'N' && is_field(head, place);
      if (!is_null && kEscaped.find(letter) == kNone) return false;
      has_null = has_null || is_null;
      ++place;
    }
  }
  return has_null;
}

}  // namespace curt::app
