#include "api/refused_method.hpp"

namespace curt::api {

http::Problem refused_method(http::Method method) {
  if (method == http::Method::other) return {501, "not_implemented", "This method is not known here."};
  return {405, "method_not_allowed", "This path does not take this method; see Allow."};
}

}  // namespace curt::api
