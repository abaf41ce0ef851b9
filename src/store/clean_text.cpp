#include "store/clean_text.hpp"

#include <boost/locale/utf.hpp>

namespace curt::store {

std::string clean_text(std::string_view text) {
  namespace utf = boost::locale::utf;
  std::string clean;
  clean.reserve(text.size());
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const char* next = at;
    const utf::code_point c = utf::utf_traits<char>::decode(next, end);
    if (c == utf::illegal || c == utf::incomplete || c == 0) {
      clean += "\uFFFD";
      ++at;
    } else {
      clean.append(at, next);
      at = next;
    }
  }
  return clean;
}

}  // namespace curt::store
