#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

/// The folders above a folder: users who may write to one of them can rename what is in it, and put a folder
/// of their own in its place.
namespace curt::app {

/// Those above the folders, up to the root, to which anybody may write and that have no sticky bit, which
/// would leave renaming to owners. Each once, the nearest first, without the folders themselves. A path with
/// symbolic links is followed by its names and by what they lead to.
[[nodiscard]] std::vector<std::filesystem::path> open_parents(std::span<const std::filesystem::path> folders);

/// What is wrong with one of these, with owner and mode, and the commands that mend it, on one line.
[[nodiscard]] std::string problem_of_parent(const std::filesystem::path& parent);

}  // namespace curt::app
