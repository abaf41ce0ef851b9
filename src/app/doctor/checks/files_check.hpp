#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "curt/app/settings/settings.hpp"

#include "app/doctor/finding.hpp"
#include "app/folders/ring_place.hpp"

namespace curt::app {

/// What is left on a file system.
struct RoomFacts {
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> inodes;  ///< nothing where it counts none, as Btrfs
  bool is_tmpfs = false;
  int error = 0;           ///< errno where the file system cannot be asked; then the rest says nothing
  std::uint64_t held = 0;  ///< bytes that rings of running processes take, which these give back at their end
};

/// The file system on which a path lies, or would.
[[nodiscard]] RoomFacts room_at(const std::filesystem::path& path);

/// Whether there is room for rings of so many bytes, if they lie there, and for a spool of so many.
void judge_room(const RoomFacts& room, std::uint64_t rings, std::uint64_t spool, Findings& findings);

/// Whether a folder that is named for rings of so many bytes can hold them.
void judge_ring_room(const std::string& folder, const RoomFacts& room, std::uint64_t rings,
                     Findings& findings);

/// Where rings would be, and why.
void judge_ring_place(const RingPlaceFacts& facts, Findings& findings);

/// Whether so many connections fit into the limit of files that may be open.
void judge_file_limit(std::uint64_t limit, std::uint32_t max_connections, Findings& findings);

/// Folders, what is in them, room, and how many files may be open.
void check_files(const Settings& settings, Findings& findings);

}  // namespace curt::app
