#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "curt/domain/error.hpp"

namespace curt::app {

/// How links stand in a text of JSON.
enum class JsonForm {
  lines,      ///< one object a line (NDJSON), each a link
  documents,  ///< one document or several one after another; find_json_list() says where the links are in it
};

/// Where a JSON document has its links.
struct JsonList {
  std::vector<std::string>
      members{};  ///< the way from the root, such as {"shortUrls","data"}; the root itself if empty
  bool root_is_link = false;  ///< each document is one link, as `jq '.links[]'` writes them

  /// In words: "the elements of shortUrls.data".
  [[nodiscard]] std::string describe() const;
};

/// How many bytes of a text settle its form.
inline constexpr std::size_t kJsonHead = std::size_t{64} * 1024;

/// Tells NDJSON from documents by the beginning of a text, whose first character past white space is `{` or
/// `[`.
[[nodiscard]] JsonForm json_form_of(std::string_view head);

/// Finds the links of a document by its beginning: the first array or, where there is none, the first object
/// whose elements are objects with a string that looks like a URL. Where there is none, the error says what
/// was found, or which line is malformed.
[[nodiscard]] result<JsonList> find_json_list(std::string_view head);

}  // namespace curt::app
