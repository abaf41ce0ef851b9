#include "curt/base/machine.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

namespace curt {

std::string boot_id() {
  std::string id;
  std::ifstream{"/proc/sys/kernel/random/boot_id"} >> id;
  return id;
}

bool is_on_local_file_system(std::filesystem::path path) {
  // Not in every linux/magic.h.
  constexpr std::uint32_t kZfs = 0x2fc12fc1;
  constexpr std::uint32_t kBcachefs = 0xca451a4e;
  constexpr std::array<std::uint32_t, 8> kLocal{
      EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC,     kZfs,
      F2FS_SUPER_MAGIC, TMPFS_MAGIC,     OVERLAYFS_SUPER_MAGIC, kBcachefs};
  struct statfs status{};
  if (::statfs(nearest_existing(std::move(path)).c_str(), &status) != 0) return false;
  return std::find(kLocal.begin(), kLocal.end(), static_cast<std::uint32_t>(status.f_type)) != kLocal.end();
}

std::filesystem::path nearest_existing(std::filesystem::path path) {
  std::error_code error;
  path = std::filesystem::absolute(path, error);
  const auto is_missing = [&error](const std::filesystem::path& at) {
    return std::filesystem::status(at, error).type() == std::filesystem::file_type::not_found;
  };
  while (is_missing(path) && path != path.parent_path()) path = path.parent_path();
  return path;
}

std::string mount_namespace() {
  std::error_code error;
  struct stat root{};
  const std::string mounts = std::filesystem::read_symlink("/proc/self/ns/mnt", error).string();
  if (error || ::stat("/", &root) != 0) return {};
  return mounts + ":" + std::to_string(root.st_dev) + ":" + std::to_string(root.st_ino);
}

}  // namespace curt
