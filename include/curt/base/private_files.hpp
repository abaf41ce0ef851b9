#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

namespace curt {

/// New files and folders of this process are for its user only, whatever it was started with. To be called
/// before other threads start.
void make_new_files_private() noexcept;

/// What became of a file or folder that others might use.
struct Closed {
  std::uint32_t mode = 0;  ///< permission bits that it had before
  std::error_code error;   ///< why it is as it was; none if others and its group may do nothing with it now
};

/// Takes all rights of others and of the group from a file or folder that others have some right to. Nothing
/// where they have none, whatever the group has: that is somebody's choice. Nothing for what is neither a
/// file nor a folder, is not there, or is a symbolic link.
[[nodiscard]] std::optional<Closed> close_to_others(const std::filesystem::path& file) noexcept;

/// The same for several, with one warning in the log that names the first of those that were open.
void close_with_warning(std::span<const std::filesystem::path> files);

/// The folder and all that is in it, without what symbolic links lead to.
[[nodiscard]] std::vector<std::filesystem::path> everything_in(const std::filesystem::path& folder);

}  // namespace curt
