#include "curt/limits/blocklist/emptied_files.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace curt::limits {
namespace {

std::string complain_of(const std::string& path, std::uint64_t former_lines) {
  return fmt::format("{} names no hosts now; it had {} line(s) with hosts", path, former_lines);
}

}  // namespace

std::optional<std::string> what_was_emptied(const ListCounts& before, const ListCounts& now) {
  for (const ReadFile& file : now.files) {
    const auto former = std::ranges::find(before.files, file.path, &ReadFile::path);
    if (file.lines > 0 || former == before.files.end() || former->lines == 0) continue;
    return complain_of(file.path, former->lines);
  }
  // A path that lost its last file with hosts is seen by its own count: other paths may have hosts still.
  for (const ReadPath& former : before.paths) {
    const auto path = std::ranges::find(now.paths, former.path, &ReadPath::path);
    if (former.lines == 0 || (path != now.paths.end() && path->lines > 0)) continue;
    return complain_of(former.path, former.lines);
  }
  return std::nullopt;
}

}  // namespace curt::limits
