#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "curt/domain/error.hpp"

namespace curt::app {

/// A member of a JSON object, as text.
struct JsonMember {
  std::string name;  ///< with that of the object it lies in before it: "meta.validUntil"
  std::string text;  ///< a text, a number, true or false; empty for null and for a list
  /// The texts of an array; of objects in it their "name".
  std::vector<std::string> list;
  bool is_list = false;
};

/// The members of the object that `text` is, and of the objects in it; what lies deeper is left out. Errors
/// are malformed_json: not JSON, no object, a repeated member.
[[nodiscard]] result<std::vector<JsonMember>> read_members(std::string_view text);

}  // namespace curt::app
