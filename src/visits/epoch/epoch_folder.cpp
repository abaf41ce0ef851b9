#include "curt/visits/epoch/epoch_folder.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "visits/epoch/epoch_folder_files.hpp"
#include "visits/epoch/ring_folder.hpp"
#include "visits/spool/file.hpp"
#include "visits/spool/spool_state.hpp"

namespace curt::visits {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnpublished = ".new";
constexpr int kFormat = 1;
constexpr int kAttempts = 8;  ///< to prepare: another process may sweep a folder that is not locked yet
constexpr std::size_t kMostMeta = 64U << 10U;

int sync_names(const FaultPoint& point, const fs::path& folder) {
  const int failed = failure_at(point, "folder: fsync");
  return failed != 0 ? failed : sync_folder(folder);
}

/// Whether the file that is open is still the one of this name.
bool is_same_file(int descriptor, const fs::path& file) {
  struct stat open{};
  struct stat named{};
  return ::fstat(descriptor, &open) == 0 && ::stat(file.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

}  // namespace

std::unique_ptr<EpochFolder::Lock> EpochFolder::Lock::take(const fs::path& folder, int flags) {
  auto file = File::open(folder / kLock, O_RDWR | O_NOFOLLOW | flags);
  if (!file || ::flock(file->descriptor(), LOCK_EX | LOCK_NB) != 0) return nullptr;
  if (!is_same_file(file->descriptor(), folder / kLock)) return nullptr;
  return std::make_unique<Lock>(Lock{.file = std::move(*file)});
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::status(path, ignored).type() != fs::file_type::not_found;
}

std::size_t count_entries(const fs::path& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator{folder}) ++count;
  return count;
}

EpochFolder::EpochFolder(fs::path path, EpochId id, std::unique_ptr<Lock> lock, FaultPoint point)
    : path_(std::move(path)), id_(id), lock_(std::move(lock)), point_(std::move(point)) {}
EpochFolder::EpochFolder(EpochFolder&&) noexcept = default;
EpochFolder& EpochFolder::operator=(EpochFolder&&) noexcept = default;

EpochFolder::~EpochFolder() {
  if (lock_ && path_.filename() == unpublished_name(id_)) clear_unpublished(path_);
}

std::string EpochFolder::unpublished_name(EpochId id) { return id.str() + std::string{kUnpublished}; }

std::optional<EpochId> EpochFolder::parse_unpublished(std::string_view name) {
  if (!name.ends_with(kUnpublished)) return std::nullopt;
  return EpochId::parse(name.substr(0, name.size() - kUnpublished.size()));
}

fs::path EpochFolder::ring(std::size_t number) const {
  return (meta_.ring_folder.empty() ? path_ : meta_.ring_folder) / fmt::format("ring-{}", number);
}

fs::path EpochFolder::missing_ring() const {
  for (std::size_t i = 0; i < meta_.rings; ++i) {
    if (!is_there(ring(i))) return ring(i);
  }
  return {};
}

void EpochFolder::note_drained(DrainedRings rings) const {
  if (meta_.ring_folder.empty()) return;
  std::ofstream{path_ / kDrained} << rings.accepted << ' ' << rings.dropped << '\n';
}

std::optional<DrainedRings> EpochFolder::drained() const {
  DrainedRings rings;
  std::ifstream file{path_ / kDrained};
  const bool whole = file >> rings.accepted >> rings.dropped && file.get() == '\n';
  return whole ? std::optional{rings} : std::nullopt;
}

result<EpochFolder> EpochFolder::prepare(const EpochPlace& place, RandomSource& random, EpochMeta meta,
                                         FaultPoint point) {
  std::error_code error;
  fs::create_directories(place.parent, error);
  if (error) return file_error("make", place.parent, error.value());
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const EpochId id = EpochId::make(random);
    const fs::path path = place.parent / unpublished_name(id);
    if (!fs::create_directory(path, error) && error) return file_error("make", path, error.value());
    reach(point, "folder: made");
    auto lock = Lock::take(path, O_CREAT);
    if (!lock) {
      const auto probe = File::open(path / kLock, O_RDWR | O_NOFOLLOW | O_CREAT);
      if (!probe && is_there(path)) return probe.error();
      continue;  // swept away in that moment
    }
    EpochFolder folder{path, id, std::move(lock), point};
    folder.meta_ = meta;
    if (!place.ring_parent.empty()) folder.meta_.ring_folder = fs::absolute(place.ring_parent) / id.str();
    if (auto written = folder.write_meta(); !written) return written.error();
    reach(point, "folder: described");
    if (folder.meta_.ring_folder.empty()) return folder;
    auto rings = make_ring_folder(folder.meta_.ring_folder, place.parent, id);
    if (!rings) return rings.error();
    folder.lock_->rings = std::move(*rings);
    return folder;
  }
  return file_error("lock a folder in", place.parent, EWOULDBLOCK);
}

result<void> EpochFolder::publish() {
  const fs::path name = path_.parent_path() / id_.str();
  std::error_code error;
  reach(point_, "folder: to be published");
  if (const int failed = sync_names(point_, path_)) return file_error("sync", path_, failed);
  fs::rename(path_, name, error);
  if (error) return file_error("rename", path_, error.value());
  path_ = name;
  if (const int failed = sync_names(point_, name.parent_path())) return file_error("sync", name, failed);
  reach(point_, "folder: published");
  return {};
}

result<void> EpochFolder::write_meta() const {
  const nlohmann::json json{{"format", kFormat},    {"opened_at", to_rfc3339(meta_.opened_at)},
                            {"host", meta_.host},   {"boot_id", meta_.boot_id},
                            {"rings", meta_.rings}, {"ring_folder", meta_.ring_folder.string()}};
  const std::string text = json.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + '\n';
  auto file = File::open(path_ / kMeta, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
  if (!file) return file.error();
  if (const int error = file->write(text.data(), text.size(), 0))
    return file_error("write", path_ / kMeta, error);
  int failed = failure_at(point_, "folder: fdatasync of the meta");
  if (failed == 0) failed = file->sync();
  return failed == 0 ? result<void>{} : file_error("sync", path_ / kMeta, failed);
}

bool EpochFolder::read_meta(const char* name) {
  auto file = File::open(path_ / name, O_RDONLY | O_NOFOLLOW);
  if (!file) return false;
  try {
    const auto json = nlohmann::json::parse(file->read(kMostMeta, 0));
    const auto opened_at = parse_rfc3339(json.at("opened_at").get<std::string>());
    if (json.at("format") != kFormat || !opened_at) return false;
    meta_.opened_at = *opened_at;
    meta_.host = json.at("host").get<std::string>();
    meta_.boot_id = json.value("boot_id", "");
    meta_.rings = json.at("rings").get<std::size_t>();
    if (meta_.rings > SpoolFacts::kMostRings) return false;
    meta_.ring_folder = json.at("ring_folder").get<std::string>();
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

EpochFolder::Found EpochFolder::adopt(const fs::path& path, EpochId id, std::optional<EpochFolder>& folder,
                                      std::string& why, FaultPoint point) {
  auto lock = Lock::take(path, 0);
  std::error_code error;
  if (!lock) {
    int failed = 0;
    const File there = File::try_open(path / kLock, O_RDWR | O_NOFOLLOW, failed);
    if (there.is_open()) return Found::in_use;
    if (failed != ENOENT)
      throw fs::filesystem_error{"cannot open", path / kLock, {failed, std::generic_category()}};
    fs::remove(path, error);  // an empty folder is the last that a removal leaves
    if (!error || !is_there(path)) return Found::gone;
    why = "it has no lock";
    return Found::strange;
  }
  EpochFolder taken{path, id, std::move(lock), std::move(point)};
  if (!is_there(path / kMeta)) {
    const bool removed = taken.read_meta(kRemoved) || count_entries(path) == 1;
    why = "it has no meta";
    if (!removed) return Found::strange;
    const auto done = taken.remove();
    if (done) return Found::gone;
    why = done.error().log;
    return Found::strange;
  }
  if (!taken.read_meta(kMeta)) {
    why = "its meta is not ours";
    return Found::strange;
  }
  if (!taken.meta_.ring_folder.empty()) taken.lock_->rings = lock_ring_folder(taken.meta_.ring_folder);
  folder.emplace(std::move(taken));
  return Found::adopted;
}

}  // namespace curt::visits
