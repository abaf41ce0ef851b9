#include "curt/http/request.hpp"

namespace curt::http {

std::string_view name_of(Method method) noexcept {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::delete_:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
    case Method::other:
      break;
  }
  return "other";
}

bool accepts_html(const Request& request) noexcept {
  return request.accept.find("text/html") != std::string_view::npos;
}

}  // namespace curt::http
