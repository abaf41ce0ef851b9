#include "app/doctor/files_check.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "curt/base/machine.hpp"
#include "curt/visits/epoch/folder_census.hpp"

#include "app/doctor/amounts.hpp"
#include "app/folders/folder_trust.hpp"
#include "app/instance/serve_visits.hpp"
#include "app/process/file_limit.hpp"
#include "app/wiring/options.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;

/// Files that a running process makes: segments of the spool, SQLite's, a folder for each start.
constexpr std::uint64_t kFewInodes = 1'000;

/// As the effective user; access(2) takes the real one.
bool can_write(const fs::path& folder) {
  return ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

std::string setting_of(const ServeFolder& folder) {
  std::string name{folder.setting};
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return "CURT_" + name;
}

bool is_open_to_others(const fs::path& file) {
  struct stat status{};
  return ::lstat(file.c_str(), &status) == 0 && !S_ISLNK(status.st_mode) && (status.st_mode & S_IRWXO) != 0;
}

void look_for_open_files(const Settings& settings, Findings& findings) {
  std::vector<fs::path> files{visits_folder(settings)};
  if (settings.uses_sqlite()) {
    for (const char* ending : {"", "-wal", "-shm"})
      files.emplace_back(settings.sqlite_path().string() + ending);
  }
  for (const fs::path& file : files) {
    if (!is_open_to_others(file)) continue;
    findings.warn(fmt::format("{} is open to other users", file.string()),
                  fmt::format("the next start of curt closes it, or: chmod go-rwx {}", file.string()));
  }
}

void count_left_folders(const Settings& settings, Findings& findings) {
  const visits::FolderCensus census = visits::count_folders(visits_folder(settings));
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
  const std::uint64_t wanted = files_wanted(settings.max_connections);
  if (limit.rlim_max < wanted) {
    findings.warn(fmt::format("{} files may be open, and {} connections need {}",
                              std::uint64_t{limit.rlim_max}, settings.max_connections, wanted),
                  "raise LimitNOFILE= or `ulimit -Hn`, or lower CURT_MAX_CONNECTIONS");
  } else {
    findings.ok(fmt::format("{} files may be open, enough for {} connections", std::uint64_t{limit.rlim_max},
                            settings.max_connections));
  }
}

/// Whether the rings lie in the data folder.
bool check_rings(const Settings& settings, std::uint64_t rings, Findings& findings) {
  if (!settings.ring_dir) {
    const RingPlaceFacts facts =
        gather_ring_place_facts(ring_folder_in_memory(), visits_folder(settings), rings);
    judge_ring_place(facts, findings);
    return choose_ring_place(facts).where == RingPlace::Where::data_folder;
  }
  if (settings.ring_dir->empty()) {
    findings.note("rings lie in the data folder, where requests may wait for the disk",
                  "CURT_RING_DIR=auto is wiser");
    return true;
  }
  const RoomFacts room = room_at(*settings.ring_dir);
  if (room.bytes < rings) {
    findings.fail(fmt::format("{} has {} left, and the rings take {}", *settings.ring_dir, about(room.bytes),
                              about(rings)),
                  "name another CURT_RING_DIR, or lower CURT_RING_RECORDS or CURT_THREADS");
  } else if (!room.is_tmpfs) {
    findings.note(fmt::format("rings lie in {}, on a disk for which requests may wait", *settings.ring_dir),
                  "a tmpfs that outlives the process is wiser");
  } else {
    findings.ok(fmt::format("rings lie in {}, in memory: {} of {} that are left", *settings.ring_dir,
                            about(rings), about(room.bytes)));
  }
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
  }
  room.is_tmpfs = ::statfs(there.c_str(), &type) == 0 && type.f_type == TMPFS_MAGIC;
  return room;
}

void judge_folder(const ServeFolder& folder, Findings& findings) {
  const FolderFacts facts = look_at_folder(folder.path);
  const FileUser user = this_file_user();
  const FolderTrust trust = judge(facts, user);
  const std::string problem = problem_of_folder(folder.path, facts, user);
  const std::string name = folder.path.string();
  const std::string setting = setting_of(folder);
  if (trust == FolderTrust::missing) {
    const fs::path above = nearest_existing(folder.path);
    if (can_write(above)) {
      findings.ok(fmt::format("{} ({}) is not there yet and will be made", name, setting));
    } else {
      findings.fail(fmt::format("{} ({}) is missing, and {} may not make it in {}", name, setting,
                                name_of_user(user.user), above.string()),
                    fmt::format("install -d -o {} -m 700 {}", user.user, fs::absolute(folder.path).string()));
    }
    return;
  }
  if (!will_do(trust)) {
    findings.fail(fmt::format("{} ({})", problem, setting));
  } else if (!can_write(folder.path)) {
    findings.fail(fmt::format("{} ({}) cannot be written by {}: it belongs to {}, mode {:04o}", name, setting,
                              name_of_user(user.user), name_of_user(facts.owner), facts.mode),
                  fmt::format("chown {} {}", user.user, name));
  } else if (deserves_warning(trust)) {
    findings.warn(fmt::format("{} ({})", problem, setting));
  } else {
    findings.ok(fmt::format("{} ({}) belongs to {}, mode {:04o}", name, setting, name_of_user(facts.owner),
                            facts.mode));
  }
}

void judge_room(const RoomFacts& room, std::uint64_t rings, std::uint64_t spool, Findings& findings) {
  const std::string left = about(room.bytes);
  if (room.bytes < rings) {
    findings.fail(
        fmt::format("{} are left for the data folder, and the rings alone take {}", left, about(rings)),
        "make room, or lower CURT_RING_RECORDS or CURT_THREADS");
  } else if (room.bytes < rings + spool) {
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

void check_files(const Settings& settings, Findings& findings) {
  for (const ServeFolder& folder : serve_folders(settings)) judge_folder(folder, findings);
  look_for_open_files(settings, findings);
  const std::uint64_t rings = bytes_of_rings(settings, server_options(settings).threads);
  const bool in_data = check_rings(settings, rings, findings);
  judge_room(room_at(settings.data_dir), in_data ? rings : 0, settings.spool_bytes, findings);
  count_left_folders(settings, findings);
  check_file_limit(settings, findings);
}

}  // namespace curt::app
