#include "app/doctor/checks/sqlite_check.hpp"

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "curt/base/machine.hpp"

#include "app/doctor/amounts.hpp"
#include "app/doctor/checks/files_check.hpp"
#include "app/doctor/checks/migration_steps.hpp"
#include "app/folders/folder_trust.hpp"

namespace curt::app {
namespace {

/// A log of this size says that no reader has let it be emptied for long (journal_size_limit is 64 MiB).
constexpr std::uint64_t kLongLog = std::uint64_t{256} << 20U;

void judge_schema(const store::MigrationReport& schema, Findings& findings) {
  if (schema.version_before > schema.latest_version) {
    findings.note(fmt::format("its schema is at version {}, newer than this binary's {}, which runs with it",
                              schema.version_before, schema.latest_version));
  } else if (schema.steps.empty()) {
    findings.ok(fmt::format("its schema is at version {}, the latest", schema.version_before));
  } else {
    findings.note(fmt::format("its schema is at version {}; the next start brings it forward by {}",
                              schema.version_before, names_of_steps(schema)),
                  "copy the file before, with `sqlite3 FILE \".backup COPY\"`");
  }
}

void judge_damage(const std::string& name, const std::optional<std::string>& damage, Findings& findings) {
  if (!damage) {
    findings.note("it was not checked for damage, which would take too long here",
                  fmt::format("sqlite3 {} 'PRAGMA quick_check'", name));
  } else if (damage->empty()) {
    findings.ok("it has no damage that a quick check finds");
  } else {
    findings.warn(fmt::format("it is damaged: {}", *damage),
                  fmt::format("stop curt, keep a copy, and try `sqlite3 {} .recover | sqlite3 NEW`", name));
  }
}

/// The file system on which the file lies, or would.
void judge_place(const std::filesystem::path& file, Findings& findings) {
  if (!is_on_local_file_system(file)) {
    findings.warn(
        fmt::format("{} is not on a file system of this machine alone, or on one that is not known; SQLite "
                    "needs locks that work",
                    file.string()),
        "put it on a local disk, or use Postgres");
  }
  const RoomFacts room = room_at(file);
  constexpr std::uint64_t kLittle = std::uint64_t{64} << 20U;
  if (room.error == 0 && room.bytes < kLittle) {
    findings.warn(fmt::format("only {} are left for {}", about(room.bytes), file.string()), "make room");
  }
  if (room.is_tmpfs) {
    findings.warn(
        fmt::format("{} lies in memory (tmpfs): links end with the machine or the container", file.string()),
        "put it on a disk or a volume");
  }
}

std::string_view kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a named pipe";
  return S_ISSOCK(mode) ? "a socket" : "a device";
}

/// Whether this user can do more with the folder of the file than look at it.
bool is_folder_usable(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  return ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

constexpr const char* kFolderFirst = "what is said of its folder under Files mends that too";

/// Whether this user can read and write the file; if not, the finding says why.
bool is_usable(const std::filesystem::path& file, const struct stat& status, Findings& findings) {
  const std::string name = file.string();
  if (!S_ISREG(status.st_mode)) {
    findings.fail(fmt::format("{} is {}, not a database file", name, kind_of(status.st_mode)),
                  "CURT_DATABASE_URL has to name a file, or one that is not there yet");
    return false;
  }
  if (::faccessat(AT_FDCWD, file.c_str(), R_OK | W_OK, AT_EACCESS) == 0) return true;
  if (errno == EROFS) {
    findings.fail(fmt::format("the database file {} is mounted read-only", name),
                  "mount it writable, or name a file elsewhere");
    return false;
  }
  const FileUser user = this_file_user();
  std::string advice = kFolderFirst;
  if (status.st_uid == user.user) {
    advice = fmt::format("chmod u+rw {}", name);
  } else if (is_folder_usable(file)) {
    advice = way_to_own(file, status.st_uid, user);
  }
  constexpr mode_t kPermissions = 07777;
  findings.fail(
      fmt::format("the database file {} cannot be read and written by {}: it belongs to {}, mode "
                  "{:04o}",
                  name, name_of_user(user.user), name_of_user(status.st_uid), status.st_mode & kPermissions),
      std::move(advice));
  return false;
}

}  // namespace

void judge_sqlite(const std::filesystem::path& file, const store::SqliteFacts& facts, Findings& findings) {
  const std::string name = file.string();
  if (facts.has_left_log()) {
    findings.note(
        fmt::format("{}, {}: a process that was killed left a write-ahead log of {}; the next start takes it "
                    "in, and only then can the schema and damage be told",
                    name, about(facts.bytes), about(facts.log_bytes)),
        fmt::format("keep {}-wal with the file: it may hold the latest links", name));
    return;
  }
  if (facts.bytes == 0) {
    findings.warn(
        fmt::format("{} is empty (0 bytes): the next start makes a database without links of it; if "
                    "it had links, they are gone",
                    name),
        "if links are missed, put a copy of the database in its place before curt starts");
    return;
  }
  findings.ok(fmt::format("{} is a database of curt, {}{}", name, about(facts.bytes),
                          facts.is_in_use ? ", which another process has open" : ""));
  if (facts.schema) judge_schema(*facts.schema, findings);
  judge_damage(name, facts.damage, findings);
  if (facts.log_bytes > kLongLog) {
    findings.note(fmt::format("its write-ahead log has grown to {}", about(facts.log_bytes)),
                  "another program may hold a reading transaction open");
  }
}

void check_sqlite(const std::filesystem::path& file, Findings& findings) {
  struct stat status{};
  const int error = ::stat(file.c_str(), &status) == 0 ? 0 : errno;
  if (error != 0 && error != ENOENT) {
    findings.fail(
        fmt::format("{} cannot be looked at: {}", file.string(), std::generic_category().message(error)),
        error == EACCES ? kFolderFirst : "");
    return;
  }
  judge_place(file, findings);
  if (error == ENOENT) {
    findings.ok(fmt::format("{} is not there yet and will be made", file.string()));
    return;
  }
  if (!is_usable(file, status, findings)) return;
  const auto facts = store::inspect_sqlite(file);
  if (!facts) {
    findings.fail(facts.error().detail);
    return;
  }
  judge_sqlite(file, *facts, findings);
}

}  // namespace curt::app
