#include "curt/visits/epoch/ring_folders.hpp"

#include <system_error>
#include <vector>

#include "curt/base/logging.hpp"

#include "visits/epoch/ring_folder.hpp"

namespace curt::visits {

namespace fs = std::filesystem;

std::size_t sweep_ring_folders(const fs::path& ring_parent) {
  std::size_t swept = 0;
  std::error_code error;
  for (fs::directory_iterator entry{ring_parent, error}, end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& rings = entry->path();
    const auto home = RingHome::read(rings);
    if (!home || !home->is_gone()) continue;
    const File lock = lock_ring_folder(rings);
    if (!lock.is_open() || !home->is_gone()) continue;
    std::error_code ignored;
    std::vector<fs::path> files;
    for (const auto& file : fs::directory_iterator{rings, ignored}) {
      if (file.path().filename().string().starts_with("ring-")) files.push_back(file.path());
    }
    for (const fs::path& file : files) fs::remove(file, ignored);
    fs::remove(rings / RingHome::kFile, ignored);
    fs::remove(rings, ignored);
    ++swept;
    log::warn("removed rings whose visits folder had been removed",
              {{"rings", rings.string()}, {"folder", home->folder.string()}});
  }
  return swept;
}

}  // namespace curt::visits
