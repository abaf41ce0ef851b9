#include "curt/http/request.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>

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

bool accepts_gzip(const Request& request) {
  namespace beast = boost::beast;
  // A weight of 0 refuses the coding: "0", "0.", "0.000".
  const auto is_refused = [](const beast::http::param_list& parameters) {
    for (const auto& [name, value] : parameters) {
      if (beast::iequals(name, "q")) return value.find_first_not_of("0.") == beast::string_view::npos;
    }
    return false;
  };
  bool accepted = false;
  for (const auto& [coding, parameters] :
       beast::http::ext_list{{request.accept_encoding.data(), request.accept_encoding.size()}}) {
    if (beast::iequals(coding, "gzip") || beast::iequals(coding, "x-gzip")) return !is_refused(parameters);
    if (coding == "*") accepted = !is_refused(parameters);
  }
  return accepted;
}

}  // namespace curt::http
