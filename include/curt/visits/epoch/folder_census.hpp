#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <system_error>

namespace curt::visits {

/// What is in the folder of the folders of epochs.
struct FolderCensus {
  std::size_t in_use = 0;        ///< a process has it
  std::size_t left = 0;          ///< its process has ended: the next one that runs takes it up
  std::size_t strange = 0;       ///< no process can take it up: its lock is missing or cannot be opened
  std::uint64_t left_bytes = 0;  ///< what all files take in those that are left
  std::error_code error;         ///< why the folder cannot be listed; none where it is not there
};

/// Counts. Changes nothing: it holds the lock of a folder that is left for a moment, with others that look.
[[nodiscard]] FolderCensus count_folders(const std::filesystem::path& parent);

/// What the rings of running processes take in the folders of epochs, or of their rings, that lie in
/// `parent`. Locks as count_folders().
[[nodiscard]] std::uint64_t bytes_of_rings_in_use(const std::filesystem::path& parent);

}  // namespace curt::visits
