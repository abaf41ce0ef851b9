#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace curt::app {

/// What a column of a table, or a member of a JSON object, says of a link.
enum class Column : std::uint8_t {
  code,
  short_url,  ///< the whole short URL, the code is in its path; or a code after all
  url,
  title,
  tags,
  domain,  ///< of the short URL
  created_at,
  updated_at,
  not_before,
  expires_at,
  clicks,  ///< visits of humans, and of bots where no other column has these
  humans,
  bots,
  redirect_status,
  forward_query,
  enabled,
  disabled,
  max_visits,
  spent,
  version,
  owner,
  password,
};
inline constexpr std::size_t kColumns = static_cast<std::size_t>(Column::password) + 1;

[[nodiscard]] constexpr std::size_t index_of(Column column) noexcept {
  return static_cast<std::size_t>(column);
}

/// What curt's own files call the column, which is also what --map takes; views of static text.
[[nodiscard]] std::string_view name_of(Column column) noexcept;

/// The column of this name of ours.
[[nodiscard]] std::optional<Column> column_from(std::string_view name);

/// What a name in somebody's header may stand for.
struct NameMeaning {
  Column column = Column::code;
  /// Of several names for one column in a header the one with the lowest rank is taken.
  std::uint8_t rank = 0;
  bool only_urls = false;  ///< a value without a slash says nothing
};

/// The name in lower case, of its letters and digits alone.
[[nodiscard]] std::string plain_name(std::string_view given);

/// What the name means, whichever of the products that we know has it. Case, blanks and signs between its
/// words do not matter: "Long URL", "long_url" and "longUrl" are one name. A member of an object in a JSON
/// object has both names, "meta.validUntil". Nothing for a name that nobody knows, and for one that curt has
/// no use for.
[[nodiscard]] std::optional<NameMeaning> meaning_of(std::string_view name);

}  // namespace curt::app
