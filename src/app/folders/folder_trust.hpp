#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// Whether what lies in a folder can be trusted: who may write to a folder can put there, or take away, what
/// this process believes.
namespace curt::app {

/// What stat(2) and lstat(2) tell of a folder's name.
struct FolderFacts {
  enum class Kind : std::uint8_t { missing, folder, something_else, unknown };

  Kind kind = Kind::missing;
  bool is_link = false;          ///< the name is a symbolic link; what follows describes where it leads
  std::uint32_t link_owner = 0;  ///< who made the link, if it is one
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
  std::uint32_t mode = 0;  ///< permission bits, such as 01777
  int error = 0;           ///< errno, if it is unknown
};

[[nodiscard]] FolderFacts look_at_folder(const std::filesystem::path& folder) noexcept;

/// As whom a process reads and writes files.
struct FileUser {
  std::uint32_t user = 0;
  std::vector<std::uint32_t> groups;  ///< effective and supplementary
};

/// As whom this process does.
[[nodiscard]] FileUser this_file_user();

enum class FolderTrust : std::uint8_t {
  safe,
  missing,         ///< it can be made
  group_writes,    ///< a group may write to it: allowed, with a warning
  colleague_owns,  ///< another user owns it, and it has a group of the process: allowed, with a warning
  anybody_writes,  ///< strangers may put things there, also where it has the sticky bit
  foreign,         ///< its owner is neither the process's user nor root, and it has no group in common
  foreign_link,    ///< a symbolic link of this name is neither the process's user's nor root's
  no_folder,
  unknown,  ///< it cannot be looked at
};

/// The judgement. All up to `colleague_owns` will do.
[[nodiscard]] FolderTrust judge(const FolderFacts& facts, const FileUser& user) noexcept;

[[nodiscard]] constexpr bool will_do(FolderTrust trust) noexcept {
  return trust <= FolderTrust::colleague_owns;
}

/// Whether it will do, and the operator should hear of it.
[[nodiscard]] constexpr bool deserves_warning(FolderTrust trust) noexcept {
  return trust == FolderTrust::group_writes || trust == FolderTrust::colleague_owns;
}

/// What is wrong, with owner and mode, and the command that mends it, on one line; empty if nothing is.
[[nodiscard]] std::string problem_of_folder(const std::filesystem::path& folder, const FolderFacts& facts,
                                            const FileUser& user);

/// What lets this process use what is another user's: for root a command that runs it as that user, since a
/// chown would lock out the service that runs as him; for others a chown, with `flags` such as "-h ".
[[nodiscard]] std::string way_to_own(const std::filesystem::path& path, std::uint32_t owner,
                                     const FileUser& user, std::string_view flags = {});

/// Whether the folder, which is no link, is for this user alone. For what is made below a folder that is
/// everybody's.
[[nodiscard]] bool is_for_one_user(const FolderFacts& facts, const FileUser& user) noexcept;

/// A user's name, or the number where it has none.
[[nodiscard]] std::string login_of(std::uint32_t user);

/// A user's name and number as `curt (998)`, or the number alone.
[[nodiscard]] std::string name_of_user(std::uint32_t user);
[[nodiscard]] std::string name_of_group(std::uint32_t group);

}  // namespace curt::app
