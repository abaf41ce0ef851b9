#include "app/folders/folder_parents.hpp"

#include <algorithm>
#include <cstdint>
#include <system_error>

#include <fmt/format.h>

#include "app/folders/folder_trust.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kSticky = 01000;
constexpr std::uint32_t kOthersWrite = 0002;

bool is_open(const fs::path& folder) {
  const FolderFacts facts = look_at_folder(folder);
  return facts.kind == FolderFacts::Kind::folder && (facts.mode & (kSticky | kOthersWrite)) == kOthersWrite;
}

/// The path without symbolic links; the path itself where that cannot be told.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  const fs::path found = fs::weakly_canonical(path, error);
  return error ? path : found;
}

/// Absolute, without dots, and without a slash at the end.
fs::path plain(const fs::path& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error).lexically_normal();
  return absolute.has_filename() ? absolute : absolute.parent_path();
}

}  // namespace

std::vector<fs::path> open_parents(std::span<const fs::path> folders) {
  std::vector<fs::path> seen;  // without links
  seen.reserve(folders.size());
  for (const fs::path& folder : folders) seen.push_back(resolved(plain(folder)));
  std::vector<fs::path> open;
  const auto look_above = [&seen, &open](fs::path folder) {
    while (folder.has_relative_path()) {
      folder = folder.parent_path();
      const fs::path place = resolved(folder);
      if (std::ranges::find(seen, place) != seen.end()) continue;
      seen.push_back(place);
      if (is_open(folder)) open.push_back(folder);
    }
  };
  for (const fs::path& folder : folders) {
    look_above(plain(folder));
    look_above(resolved(plain(folder)));
  }
  return open;
}

std::string problem_of_parent(const fs::path& parent) {
  const FolderFacts facts = look_at_folder(parent);
  return fmt::format(
      "anybody may write to {} (it belongs to {}, mode {:04o}), and so put another folder in the place of "
      "one "
      "below it: chmod o-w {}, or chmod +t {}",
      parent.string(), name_of_user(facts.owner), facts.mode, parent.string(), parent.string());
}

}  // namespace curt::app
