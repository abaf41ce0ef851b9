#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace curt::visits {

/// What is in the folder of the folders of epochs.
struct FolderCensus {
  std::size_t in_use = 0;        ///< a process has it
  std::size_t left = 0;          ///< its process has ended: the next one that runs takes it up
  std::size_t strange = 0;       ///< nobody will: it has no lock, or that cannot be opened
  std::uint64_t left_bytes = 0;  ///< of all files of those that are left
};

/// Counts. Changes nothing: it holds the lock of a folder that is left for a moment, with others that look.
[[nodiscard]] FolderCensus count_folders(const std::filesystem::path& parent);

}  // namespace curt::visits
