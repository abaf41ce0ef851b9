#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "curt/domain/error.hpp"
#include "curt/visits/batch/epoch_id.hpp"
#include "curt/visits/epoch/epoch_folder.hpp"

#include "visits/spool/file.hpp"

// The folder of an epoch's rings, where that is not the epoch's own: it may lie in memory while the epoch's
// folder lies on a disk, so that one can go without the other.

namespace curt::visits {

/// Where the folder of the epoch is: a file in the folder of its rings says so.
struct RingHome {
  static constexpr auto kFile = "home";

  std::filesystem::path folder;
  std::uint64_t device = 0;     ///< of the folder that it was made in
  std::uint64_t inode = 0;      ///< of that folder
  std::string mount_namespace;  ///< curt::mount_namespace() of the process that made it

  /// Nothing where it cannot be told.
  [[nodiscard]] static std::optional<RingHome> read(const std::filesystem::path& rings);

  /// Whether somebody has removed it; false where that is not certain: a volume may only be unmounted, and in
  /// another mount namespace or below another root the path may name another folder.
  [[nodiscard]] bool is_gone() const;
};

/// Makes it for this epoch, whose folder is made in `parent`, and locks it; an error if another process has
/// it.
[[nodiscard]] result<File> make_ring_folder(const std::filesystem::path& folder,
                                            const std::filesystem::path& parent, EpochId id);

/// Locks it; a closed file if it is not there or another process has it.
[[nodiscard]] File lock_ring_folder(const std::filesystem::path& folder) noexcept;

/// Why rings are not where the epoch's folder says.
enum class MissingRings {
  lost,       ///< they are gone for certain
  elsewhere,  ///< another host or container may have them
};

/// `boot_id` is of now; `local`: no other machine sees the epoch's folder. Then only a restart of this
/// machine can have taken rings out of its memory.
[[nodiscard]] MissingRings why_missing(const EpochMeta& meta, std::string_view boot_id, bool local);

}  // namespace curt::visits
