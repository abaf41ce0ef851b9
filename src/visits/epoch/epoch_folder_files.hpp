#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include "curt/visits/epoch/epoch_folder.hpp"

#include "visits/spool/file.hpp"

namespace curt::visits {

// The files of an epoch's folder.
inline constexpr auto kLock = "lock";
inline constexpr auto kMeta = "meta";
inline constexpr auto kRemoved = "meta.removed";  ///< the meta of a folder that is being removed
inline constexpr auto kDrained = "drained";       ///< what the rings took and lost, if they are empty

/// What keeps other processes from the folder.
struct EpochFolder::Lock {
  File file;
  File rings{};  ///< the folder of the rings, if it is another one

  /// Locks the folder; null if another process has it or it has gone.
  static std::unique_ptr<Lock> take(const std::filesystem::path& folder, int flags);
};

/// False only where it is missing for certain; one that cannot be looked at counts as there.
[[nodiscard]] bool is_there(const std::filesystem::path& path);

/// Number of things in a folder.
[[nodiscard]] std::size_t count_entries(const std::filesystem::path& folder);

}  // namespace curt::visits
