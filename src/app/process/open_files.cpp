#include "app/process/open_files.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>

#include <sys/stat.h>

namespace curt::app {
namespace {

constexpr const char* kFolder = "/proc/self/fd";

/// The size of the folder is the number of files since Linux 6.2 (commit f1f1f2569901), before it is 0.
std::size_t size_of_folder() {
  struct stat folder{};
  return ::stat(kFolder, &folder) == 0 ? static_cast<std::size_t>(folder.st_size) : 0;
}

std::size_t walk_folder() {
  std::error_code error;
  const std::filesystem::directory_iterator files{kFolder, error};
  const auto found = static_cast<std::size_t>(std::distance(begin(files), end(files)));
  return found - std::min<std::size_t>(found, 1);  // the folder itself
}

}  // namespace

OpenFiles::OpenFiles(std::function<std::size_t()> connections)
    : OpenFiles(Sources{std::move(connections), size_of_folder, walk_folder}) {}

std::size_t OpenFiles::count() {
  if (const std::size_t counted = sources_.kernel(); counted != 0) return counted;
  const std::size_t connections = sources_.connections();
  const std::size_t others = others_.load(std::memory_order_relaxed);
  return connections > kFew && others != 0 ? connections + others : walk(connections);
}

std::size_t OpenFiles::walk(std::size_t connections) {
  const std::size_t found = sources_.walk();
  others_.store(found - std::min(found, connections), std::memory_order_relaxed);
  return found;
}

}  // namespace curt::app
