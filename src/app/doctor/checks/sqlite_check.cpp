#include "app/doctor/checks/sqlite_check.hpp"

#include <optional>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "curt/base/machine.hpp"

#include "app/doctor/amounts.hpp"
#include "app/doctor/checks/files_check.hpp"
#include "app/doctor/checks/migration_steps.hpp"

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
  std::error_code error;
  if (!is_on_local_file_system(file)) {
    findings.warn(
        fmt::format("{} is not on a file system of this machine alone, or on one that is not known; SQLite "
                    "needs locks that work",
                    file.string()),
        "put it on a local disk, or use Postgres");
  }
  const RoomFacts room = room_at(file);
  constexpr std::uint64_t kLittle = std::uint64_t{64} << 20U;
  if (room.bytes < kLittle) {
    findings.warn(fmt::format("only {} are left for {}", about(room.bytes), file.string()), "make room");
  }
  if (room.is_tmpfs) {
    findings.warn(
        fmt::format("{} lies in memory (tmpfs): links end with the machine or the container", file.string()),
        "put it on a disk or a volume");
  }
  if (!std::filesystem::exists(file, error) && !error) {
    findings.ok(fmt::format("{} is not there yet and will be made", file.string()));
    return;
  }
  const auto facts = store::inspect_sqlite(file);
  if (!facts) {
    findings.fail(facts.error().detail);
    return;
  }
  judge_sqlite(file, *facts, findings);
}

}  // namespace curt::app
