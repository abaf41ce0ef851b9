#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace curt::fuzz {

/// Ends the fuzzer with a finding where something that must always hold does not.
inline void require(bool holds, const char* what,
                    const std::source_location& where = std::source_location::current()) {
  if (holds) return;
  std::fprintf(stderr, "%s:%u: not so: %s\n", where.file_name(), static_cast<unsigned>(where.line()), what);
  std::abort();
}

}  // namespace curt::fuzz
