#include "app/folders/ring_place.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "curt/base/logging.hpp"
#include "curt/base/machine.hpp"
#include "curt/visits/epoch/ring_folders.hpp"

#include "app/folders/folder_trust.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;

bool is_of_type(const fs::path& path, std::uint32_t magic) {
  struct statfs status{};
  return ::statfs(path.c_str(), &status) == 0 && static_cast<std::uint32_t>(status.f_type) == magic;
}

bool runs_systemd() {
  std::error_code ignored;
  return fs::exists("/run/systemd/system", ignored);
}

std::uint64_t room_in(const fs::path& folder) {
  struct statvfs status{};
  return ::statvfs(folder.c_str(), &status) == 0 ? status.f_bavail * status.f_frsize : 0;
}

}  // namespace

std::string sign_of_container() {
  for (const char* file : {"/.dockerenv", "/run/.containerenv", "/run/systemd/container"}) {
    std::error_code ignored;
    if (fs::exists(file, ignored)) return file;
  }
  for (const char* variable : {"container", "KUBERNETES_SERVICE_HOST"}) {
    if (std::getenv(variable) != nullptr) return variable;
  }
  return is_of_type("/", OVERLAYFS_SUPER_MAGIC) ? "the root is an overlay" : "";
}

void sweep_ring_place(const fs::path& folder) {
  if (sign_of_container().empty() && problem_of_private_folder(folder).empty())
    visits::sweep_ring_folders(folder);
}

RingPlaceFacts gather_ring_place_facts(const fs::path& folder, const fs::path& data_dir,
                                       std::uint64_t needed) {
  RingPlaceFacts facts;
  const fs::path memory = nearest_existing(folder);
  facts.container = sign_of_container();
  facts.is_tmpfs = is_of_type(memory, TMPFS_MAGIC);
  facts.needed = needed;
  facts.is_data_local = is_on_local_file_system(data_dir);
  facts.goes_with_session = runs_systemd() && goes_with_session(::geteuid());
  facts.is_unit = std::getenv("INVOCATION_ID") != nullptr;
  facts.folder_problem = problem_of_private_folder(folder);
  facts.room = room_in(memory);
  return facts;
}

RingPlace choose_ring_place(const RingPlaceFacts& facts) {
  const auto because = [](std::string why) {
    return RingPlace{.where = RingPlace::Where::data_folder, .why = std::move(why)};
  };
  if (!facts.container.empty()) return because("this is a container: " + facts.container);
  if (!facts.is_data_local)
    return because("other machines may see the data folder, but not this one's memory");
  if (!facts.is_tmpfs) return because("/dev/shm is no tmpfs");
  if (facts.goes_with_session) return because("systemd removes what a user has in /dev/shm when he logs out");
  if (facts.is_unit)
    return because(
        "systemd removes what is in /dev/shm when a unit stops that has RemoveIPC= or DynamicUser=");
  if (facts.room / 2 < facts.needed) {
    return because(fmt::format("/dev/shm has {} bytes left, not twice {}", facts.room, facts.needed));
  }
  if (!facts.folder_problem.empty()) return because(facts.folder_problem);
  return {.where = RingPlace::Where::memory, .why = {}};
}

bool goes_with_session(std::uint32_t user) noexcept {
  constexpr std::uint32_t kLastOfSystem = 999;
  return user > kLastOfSystem;
}

void note_rings_in_data_folder(log::Level level, std::string_view why) {
  log::write(
      level,
      "rings lie in the data folder, where requests may wait for the disk; CURT_RING_DIR says otherwise",
      {{"why", why}});
}

fs::path ring_folder_in_memory() { return fmt::format("/dev/shm/curt-{}", ::geteuid()); }

std::string problem_of_private_folder(const fs::path& folder) {
  const FolderFacts facts = look_at_folder(folder);
  const FileUser user = this_file_user();
  if (facts.kind == FolderFacts::Kind::missing || is_for_one_user(facts, user)) return {};
  if (facts.is_link) return folder.string() + " is a symbolic link";
  if (facts.kind != FolderFacts::Kind::folder) return problem_of_folder(folder, facts, user);
  if (facts.owner != user.user) return folder.string() + " belongs to another user";
  return folder.string() + " is open to other users";
}

fs::path open_ring_place(const fs::path& folder, const RingPlaceFacts& facts) {
  constexpr mode_t kOwnerOnly = 0700;
  RingPlace place = choose_ring_place(facts);
  if (place.where == RingPlace::Where::memory) {
    if (::mkdir(folder.c_str(), kOwnerOnly) == 0) return folder;
    const int error = errno;
    if (error != EEXIST) {
      place.why = fmt::format("cannot make {}: {}", folder.string(), std::generic_category().message(error));
    } else {
      place.why = problem_of_private_folder(folder);
    }
    if (place.why.empty()) return folder;
  }
  note_rings_in_data_folder(facts.container.empty() ? log::Level::info : log::Level::debug, place.why);
  return {};
}

}  // namespace curt::app
