#include "curt/limits/blocklist/emptied_files.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace curt::limits {

std::optional<std::string> what_was_emptied(const ListCounts& before, const ListCounts& now) {
  if (before.lines > 0 && now.files.empty()) {
    return fmt::format("no file is left of the list that {} was part of", before.files.front().path);
  }
  for (const ReadFile& file : now.files) {
    const auto former = std::ranges::find(before.files, file.path, &ReadFile::path);
    if (file.lines > 0 || former == before.files.end() || former->lines == 0) continue;
    return fmt::format("{} names no hosts now; it had {} line(s) with hosts", file.path, former->lines);
  }
  return std::nullopt;
}

}  // namespace curt::limits
