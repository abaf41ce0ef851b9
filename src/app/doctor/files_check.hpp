#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "curt/app/settings/settings.hpp"

#include "app/doctor/finding.hpp"
#include "app/instance/ring_place.hpp"
#include "app/instance/serve_folders.hpp"

namespace curt::app {

/// What is left on a file system.
struct RoomFacts {
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> inodes;  ///< nothing where it counts none, as Btrfs
  bool is_tmpfs = false;
};

/// Of that on which a path lies, or would.
[[nodiscard]] RoomFacts room_at(const std::filesystem::path& path);

/// Whether a folder can be used, as `curt serve` judges.
void judge_folder(const ServeFolder& folder, Findings& findings);

/// Whether there is room for rings of so many bytes, if they lie there, and for a spool of so many.
void judge_room(const RoomFacts& room, std::uint64_t rings, std::uint64_t spool, Findings& findings);

/// Where rings would be, and why.
void judge_ring_place(const RingPlaceFacts& facts, Findings& findings);

/// Folders, what is in them, room, and how many files may be open.
void check_files(const Settings& settings, Findings& findings);

}  // namespace curt::app
