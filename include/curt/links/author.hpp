#pragma once

#include <optional>
#include <string_view>

#include "curt/domain/key_id.hpp"

namespace curt::links {

/// Who changes a link, for the audit line, and what that means for the link. The texts must outlive the
/// change.
struct Author {
  std::string_view by;           ///< whose authority it is: "key:<id>", or "anonymous"
  std::string_view client;       ///< the address from which it was asked for
  std::string_view request_id;   ///< of the request, as its access line has it
  std::optional<KeyId> owner{};  ///< the owner of links that are made
  std::optional<KeyId> only{};   ///< the owner whose links alone are seen and changed; nothing for all
};

}  // namespace curt::links
