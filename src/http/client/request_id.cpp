#include "http/client/request_id.hpp"

#include <algorithm>

namespace curt::http {

bool is_sane_request_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != '"' && c != '\\' && c != ',' && c != ';';
  });
}

}  // namespace curt::http
