#pragma once

#include <string_view>

namespace curt::links {

/// Who changes a link, for the audit line. The texts must outlive the change.
struct Author {
  std::string_view by;          ///< whose authority it is: "anonymous" while there are no keys
  std::string_view client;      ///< the address from which it was asked for
  std::string_view request_id;  ///< of the request, as its access line has it
};

}  // namespace curt::links
