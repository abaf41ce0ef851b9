#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace curt::app {

/// What the beginning of a JSON document shows of where its links are.
struct JsonOutline {
  enum class Extent { first_document, whole };  ///< whether something may follow the document
  enum class Outcome { complete, cut_off, malformed };
  enum class Root { scalar, object, array };

  Outcome outcome = Outcome::complete;
  std::size_t stopped_at = 0;  ///< byte at which it is malformed
  Root root = Root::scalar;
  std::vector<std::string> members;  ///< of the root, as far as they are seen
  bool has_url = false;              ///< a member of the root is a URL
  bool names_its_url = false;        ///< and its name says that it is what a link leads to, not the next page

  /// The way to the first array, or else to the first object, whose elements are objects with a URL; an array
  /// inside such an element is no list.
  std::optional<std::vector<std::string>> list;
  bool list_is_array = false;
};

/// Reads as much of a document as `text` has.
[[nodiscard]] JsonOutline outline_of(std::string_view text, JsonOutline::Extent extent);

/// Whether a value is an absolute URL by its looks: a scheme and `://`.
[[nodiscard]] bool looks_like_url(std::string_view text) noexcept;

}  // namespace curt::app
