#include "curt/http/request.hpp"

#include "curt/base/enum_names.hpp"

namespace curt::http {

std::string_view name_of(Method method) noexcept {
  using enum Method;
  static constexpr EnumNames<Method, other> kNames{
      {get, "GET"},     {head, "HEAD"},      {post, "POST"},       {put, "PUT"},
      {patch, "PATCH"}, {delete_, "DELETE"}, {options, "OPTIONS"}, {other, "other"}};
  return kNames[method];
}

bool accepts_html(const Request& request) noexcept {
  return request.accept.find("text/html") != std::string_view::npos;
}

}  // namespace curt::http
