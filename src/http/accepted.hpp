#pragma once

#include <optional>
#include <string_view>

namespace curt::http {

/// A member of Accept or Accept-Encoding.
struct Accepted {
  std::string_view name;        ///< such as text/html, text/*, gzip or *
  unsigned weight = 1000;       ///< its q in thousandths, 0 where the client does not want it
  bool has_parameters = false;  ///< others than q and charset: it means a special form of what it names
};

/// Reads the members one by one (RFC 9110, sections 12.4.2 and 12.5.1). Empty ones are left out. A weight
/// that is no number, or above 1, counts as 1: the client has named what it wants. Allocates nothing.
class AcceptedReader {
 public:
  /// The list must outlive this.
  explicit AcceptedReader(std::string_view list) noexcept : rest_(list) {}

  /// The next member; nothing at the end.
  [[nodiscard]] std::optional<Accepted> next() noexcept;

 private:
  std::string_view rest_;
};

}  // namespace curt::http
