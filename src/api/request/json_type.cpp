#include "api/request/json_type.hpp"

#include <boost/beast/core/string.hpp>

#include "curt/base/text.hpp"

namespace curt::api {

bool is_json(std::string_view content_type) noexcept {
  constexpr std::string_view kSuffix = "+json";
  const std::string_view name = trim_blanks(content_type.substr(0, content_type.find(';')));
  return boost::beast::iequals(name, "application/json") ||
         (name.size() > kSuffix.size() &&
          boost::beast::iequals(name.substr(name.size() - kSuffix.size()), kSuffix));
}

}  // namespace curt::api
