#include "app/doctor/checks/files_check.hpp"

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "curt/base/machine.hpp"
#include "curt/visits/epoch/folder_census.hpp"

#include "app/doctor/amounts.hpp"
#include "app/doctor/checks/folders_check.hpp"
#include "app/instance/serve_visits.hpp"
#include "app/process/file_limit.hpp"
#include "app/wiring/options.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;

/// Files that a running process makes: segments of the spool, SQLite's, a folder for each start.
constexpr std::uint64_t kFewInodes = 1'000;

void count_left_folders(const Settings& settings, Findings& findings) {
  const visits::FolderCensus census = visits::count_folders(visits_folder(settings));
  if (census.error) {
    findings.warn(fmt::format("what is left in {} cannot be counted: {}", visits_folder(settings).string(),
                              census.error.message()));
  }
  if (census.in_use > 0) findings.ok(fmt::format("{} running process(es) have visits here", census.in_use));
  if (census.left > 0) {
    findings.note(fmt::format("{} folder(s) of visits were left by processes that ended, with {} in them",
                              census.left, about(census.left_bytes)),
                  "an instance that runs with this data folder delivers them");
  }
  if (census.strange > 0) {
    findings.warn(
        fmt::format("{} folder(s) in {} cannot be taken up: they have no lock, or are another user's",
                    census.strange, visits_folder(settings).string()),
        "the log of a running instance says which and why");
  }
}

void check_file_limit(const Settings& settings, Findings& findings) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  judge_file_limit(limit.rlim_max, settings.max_connections, findings);
}

void report_unknown_room(std::string_view place, const RoomFacts& room, Findings& findings) {
  findings.note(fmt::format("what room there is for {} cannot be told: {}", place,
                            std::generic_category().message(room.error)));
}

/// What is too little for rings of so many bytes: an error, or a note where it is a running process that has
/// the room.
void report_shortage(std::string_view place, const RoomFacts& room, std::uint64_t rings,
                     std::string_view advice, Findings& findings) {
  if (room.bytes + room.held < rings) {
    findings.fail(
        fmt::format("{} has {} left, and the rings take {}", place, about(room.bytes), about(rings)),
        std::string{advice});
  } else {
    findings.note(
        fmt::format("{} has {} left, and the rings take {}: curt starts there once a running one "
                    "has ended and gives back its {}",
                    place, about(room.bytes), about(rings), about(room.held)));
  }
}

/// Whether the rings lie in the data folder.
bool check_rings(const Settings& settings, std::uint64_t rings, Findings& findings) {
  if (!settings.ring_dir) {
    const RoomFacts visits = room_at(visits_folder(settings));
    if (visits.error != 0) {
      report_unknown_room("rings", visits, findings);
      return false;
    }
    RingPlaceFacts facts = gather_ring_place_facts(ring_folder_in_memory(), visits_folder(settings), rings);
    facts.room += visits::bytes_of_rings_in_use(ring_folder_in_memory());
    judge_ring_place(facts, findings);
    return choose_ring_place(facts).where == RingPlace::Where::data_folder;
  }
  if (settings.ring_dir->empty()) {
    findings.note("rings lie in the data folder, where requests may wait for the disk",
                  "CURT_RING_DIR=auto is wiser");
    return true;
  }
  RoomFacts room = room_at(*settings.ring_dir);
  room.held = visits::bytes_of_rings_in_use(*settings.ring_dir);
  judge_ring_room(*settings.ring_dir, room, rings, findings);
  return false;
}

}  // namespace

RoomFacts room_at(const fs::path& path) {
  RoomFacts room;
  const fs::path there = nearest_existing(path);
  struct statvfs status{};
  struct statfs type{};
  if (::statvfs(there.c_str(), &status) == 0) {
    room.bytes = std::uint64_t{status.f_bavail} * status.f_frsize;
    if (status.f_files > 0) room.inodes = status.f_favail;
  } else {
    room.error = errno;
  }
  room.is_tmpfs = ::statfs(there.c_str(), &type) == 0 && type.f_type == TMPFS_MAGIC;
  return room;
}

void judge_ring_room(const std::string& folder, const RoomFacts& room, std::uint64_t rings,
                     Findings& findings) {
  if (room.error != 0) {
    report_unknown_room(folder, room, findings);
  } else if (room.bytes < rings) {
    report_shortage(folder, room, rings,
                    "name another CURT_RING_DIR, or lower CURT_RING_RECORDS or CURT_THREADS", findings);
  } else if (!room.is_tmpfs) {
    findings.note(fmt::format("rings lie in {}, on a disk for which requests may wait", folder),
                  "a tmpfs that outlives the process is wiser");
  } else {
    findings.ok(fmt::format("rings lie in {}, in memory: {} of {} that are left", folder, about(rings),
                            about(room.bytes)));
  }
}

void judge_room(const RoomFacts& room, std::uint64_t rings, std::uint64_t spool, Findings& findings) {
  const std::string left = about(room.bytes);
  if (room.error != 0) {
    report_unknown_room("the data folder", room, findings);
    return;
  }
  if (room.bytes < rings) {
    report_shortage("the file system of the data folder", room, rings,
                    "make room, or lower CURT_RING_RECORDS or CURT_THREADS", findings);
  } else if (room.bytes + room.held < rings + spool) {
    findings.warn(
        fmt::format("{} are left for the data folder, less than visits may take while the database is away "
                    "({})",
                    left, about(rings + spool)),
        "make room, or lower CURT_SPOOL_BYTES, so that visits give up details before the disk is full");
  } else {
    findings.ok(fmt::format("{} are left for the data folder; visits that wait take at most {}", left,
                            about(rings + spool)));
  }
  if (room.inodes && *room.inodes < kFewInodes) {
    findings.warn(
        fmt::format("only {} files more fit onto the file system of the data folder", *room.inodes));
  }
  if (room.is_tmpfs) {
    findings.warn(
        "the data folder is in memory (tmpfs): what is there ends with the machine or the container",
        "put CURT_DATA_DIR on a disk or a volume");
  }
}

void judge_ring_place(const RingPlaceFacts& facts, Findings& findings) {
  const RingPlace place = choose_ring_place(facts);
  if (place.where == RingPlace::Where::memory) {
    findings.ok(fmt::format("rings would lie in memory, {}: {} of {} that are left",
                            ring_folder_in_memory().string(), about(facts.needed), about(facts.room)));
  } else {
    findings.note(fmt::format("rings would lie in the data folder, where requests may wait for the disk: {}",
                              place.why),
                  "docs/visits.md, \"Where the rings are\", says when CURT_RING_DIR can name a better place");
  }
}

void judge_file_limit(std::uint64_t limit, std::uint32_t max_connections, Findings& findings) {
  const std::uint64_t wanted = files_wanted(max_connections);
  if (limit < wanted) {
    findings.warn(
        fmt::format("{} files may be open, and {} connections need {}", limit, max_connections, wanted),
        "raise LimitNOFILE= or `ulimit -Hn`, or lower CURT_MAX_CONNECTIONS");
  } else {
    findings.ok(fmt::format("{} files may be open, enough for {} connections", limit, max_connections));
  }
}

void check_files(const Settings& settings, Findings& findings) {
  check_folders(settings, findings);
  const std::uint64_t rings = bytes_of_rings(settings, server_options(settings).threads);
  const bool in_data = check_rings(settings, rings, findings);
  RoomFacts room = room_at(settings.data_dir);
  room.held = visits::bytes_of_rings_in_use(visits_folder(settings));
  judge_room(room, in_data ? rings : 0, settings.spool_bytes, findings);
  count_left_folders(settings, findings);
  check_file_limit(settings, findings);
}

}  // namespace curt::app
