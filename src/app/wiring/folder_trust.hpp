#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// Whether what lies in a folder can be trusted: who may write to a folder can put there, or take away, what
/// this process believes.
namespace curt::app {

/// What stat(2) and lstat(2) tell of a folder's name.
struct FolderFacts {
  enum class Kind : std::uint8_t { missing, folder, something_else, unknown };

  Kind kind = Kind::missing;
  bool is_link = false;          ///< the name is a symbolic link; the rest is of what it leads to
  std::uint32_t link_owner = 0;  ///< of the link, if it is one
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
  std::uint32_t mode = 0;  ///< permission bits, such as 01777
  int error = 0;           ///< errno, if it is unknown
};

[[nodiscard]] FolderFacts look_at_folder(const std::filesystem::path& folder) noexcept;

/// As whom a process reads and writes files.
struct FileUser {
  std::uint32_t user = 0;
  std::vector<std::uint32_t> groups;  ///< the effective one and the supplementary ones
};

/// As whom this process does.
[[nodiscard]] FileUser this_file_user();

enum class FolderTrust : std::uint8_t {
  safe,
  missing,         ///< it can be made
  group_writes,    ///< a group may write to it: so be it, with a warning
  anybody_writes,  ///< whatever its sticky bit says: strangers may put things there
  foreign,         ///< its owner is neither the process's user nor root, and it has no group in common
  foreign_link,    ///< the same of a symbolic link of this name
  no_folder,
  unknown,  ///< it cannot be looked at
};

/// The judgement. All up to `group_writes` will do.
[[nodiscard]] FolderTrust judge(const FolderFacts& facts, const FileUser& user) noexcept;

[[nodiscard]] constexpr bool will_do(FolderTrust trust) noexcept {
  return trust <= FolderTrust::group_writes;
}

/// What is wrong, with owner and mode, and the command that mends it, on one line; empty if nothing is.
[[nodiscard]] std::string problem_of_folder(const std::filesystem::path& folder, const FolderFacts& facts,
                                            const FileUser& user);

/// Whether the folder, which is no link, is for this user alone. For what is made below a folder that is
/// everybody's.
[[nodiscard]] bool is_for_one_user(const FolderFacts& facts, const FileUser& user) noexcept;

/// A user's name and number as `curt (998)`, or the number alone.
[[nodiscard]] std::string name_of_user(std::uint32_t user);
[[nodiscard]] std::string name_of_group(std::uint32_t group);

}  // namespace curt::app
