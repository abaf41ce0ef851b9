#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "curt/base/logging.hpp"

namespace curt::app {

/// What decides where rings lie if the operator has not said it.
struct RingPlaceFacts {
  std::string container;           ///< what shows that the process runs in one; empty: nothing
  bool is_tmpfs = false;           ///< whether /dev/shm is one
  std::uint64_t room = 0;          ///< bytes that are free there
  std::uint64_t needed = 0;        ///< bytes of this process's rings
  bool is_data_local = false;      ///< no other machine sees the data folder
  bool goes_with_session = false;  ///< what the user has in /dev/shm is removed when he logs out
  bool is_unit = false;            ///< systemd started it; whether RemoveIPC= is set cannot be seen
  std::string folder_problem;      ///< why the folder there cannot be used; empty: it can
};

/// Where rings lie: in memory, where a push never waits for the disk, or in the data folder.
struct RingPlace {
  enum class Where { memory, data_folder };
  Where where = Where::data_folder;
  std::string why;  ///< why it is the data folder
};

/// Memory where it outlives the process and each process that sees the data folder sees the rings too.
[[nodiscard]] RingPlace choose_ring_place(const RingPlaceFacts& facts);

/// What shows that the process runs in a container, whose memory goes with it and is seen by no other one;
/// empty: nothing.
[[nodiscard]] std::string sign_of_container();

/// Removes rings there whose data folder was removed, so that they take no room; does nothing where the
/// folder would not be chosen.
void sweep_ring_place(const std::filesystem::path& folder);

/// Gathers the facts for rings of so many bytes in `folder`.
[[nodiscard]] RingPlaceFacts gather_ring_place_facts(const std::filesystem::path& folder,
                                                     const std::filesystem::path& data_dir,
                                                     std::uint64_t needed);

/// Chooses, and makes the folder if that is memory. The folder; empty for the data folder, and the log says
/// why.
[[nodiscard]] std::filesystem::path open_ring_place(const std::filesystem::path& folder,
                                                    const RingPlaceFacts& facts);

/// Whether systemd removes what this user has in /dev/shm with his last session or service: RemoveIPC= of
/// logind.conf(5) spares the system's users only, and users that are made for a service (61184 to 65519) go
/// with it (DynamicUser= of systemd.exec(5)).
[[nodiscard]] bool goes_with_session(std::uint32_t user) noexcept;

/// Logs that rings are in the data folder although the operator did not say so.
void note_rings_in_data_folder(log::Level level, std::string_view why);

/// The folder of this user's rings in memory.
[[nodiscard]] std::filesystem::path ring_folder_in_memory();

/// Why this folder cannot hold what is for its user only; empty: it can, or it is not there yet.
[[nodiscard]] std::string problem_of_private_folder(const std::filesystem::path& folder);

}  // namespace curt::app
