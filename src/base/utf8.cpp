#include "curt/base/utf8.hpp"

#include <boost/locale/utf.hpp>

namespace curt {

bool is_utf8(std::string_view text) {
  namespace utf = boost::locale::utf;
  for (const char* at = text.data(); at != text.data() + text.size();) {
    const utf::code_point c = utf::utf_traits<char>::decode(at, text.data() + text.size());
    if (c == utf::illegal || c == utf::incomplete) return false;
  }
  return true;
}

}  // namespace curt
