#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "curt/limits/blocklist/host_set.hpp"

namespace curt::limits {

/// What a line of a list turned out to be.
enum class LineKind : std::uint8_t {
  nothing,      ///< blank, a comment, or one of this machine's own names in a hosts-file
  entry,        ///< it names hosts
  passed_over,  ///< a rule of Adblock that is about more than a host, or an address that is no sink
  unreadable,
};

/// Is told of each host that a line names, as HostSet has it.
using TakeHost = std::function<void(std::string_view host, Reach reach)>;

/// Reads one line, without its line end, in any of the formats:
///  - `0.0.0.0 ads.example tracker.example`, of a hosts-file: these hosts alone
///  - `example.com`, `.example.com`, `*.example.com`, or an address: the host, and all below it
///  - `||example.com^`, of Adblock: the same
/// What follows `#` is a comment, and so are lines that begin with `!`.
[[nodiscard]] LineKind read_list_line(std::string_view line, const TakeHost& take);

/// Writes a host as TargetUrl and HostKey do; false where it is none.
[[nodiscard]] bool normalise_listed_host(std::string_view text, std::string& host);

}  // namespace curt::limits
