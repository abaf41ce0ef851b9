#include "visits/spool/spool_state.hpp"

#include <cstring>
#include <string>
#include <type_traits>

#include <fcntl.h>
#include <xxhash.h>

#include "curt/base/logging.hpp"

namespace curt::visits {
namespace {

constexpr std::uint64_t kMagic = 0x31306c6f6f707363;  // "cspool01"
constexpr std::uint64_t kPlaceSize = 4096;
constexpr std::size_t kPlaces = 3;

struct Place {
  std::uint64_t magic = kMagic;
  std::uint64_t version = 0;
  SpoolFacts facts;
  std::uint64_t check = 0;

  [[nodiscard]] std::uint64_t right_check() const { return XXH3_64bits(this, offsetof(Place, check)); }
};
static_assert(std::is_trivially_copyable_v<Place> && std::is_standard_layout_v<Place>);
static_assert(sizeof(Place) <= kPlaceSize);

}  // namespace

result<SpoolState> SpoolState::open(const std::filesystem::path& file) {
  auto opened = File::open(file, O_RDWR | O_CREAT);
  if (!opened) return opened.error();
  SpoolState state{file, std::move(*opened)};
  std::uint64_t unreadable = 0;
  const std::string bytes = state.file_.read_around(kPlaces * kPlaceSize, 0, unreadable);
  if (unreadable > 0) log::error("the state of a visit spool cannot be read", {{"file", file.string()}});
  bool found = false;
  for (std::size_t number = 0; number < kPlaces; ++number) {
    const std::size_t offset = number * kPlaceSize;
    Place place;
    if (bytes.size() < offset + sizeof(place)) continue;
    std::memcpy(&place, bytes.data() + offset, sizeof(place));
    const bool whole = place.magic == kMagic && place.check == place.right_check();
    if (!whole || (found && place.version < state.version_)) continue;
    found = true;
    state.version_ = place.version;
    state.facts = place.facts;
    state.last_ = number;
  }
  state.synced_ = state.last_;
  if (found) {
    const int error = state.file_.sync();
    if (error == 0) return state;
    // Or the next attempt would have nothing to sync.
    const std::size_t offset = state.last_ * kPlaceSize;
    (void)state.file_.write(bytes.data() + offset, sizeof(Place), offset);
    return file_error("sync", file, error);
  }
  // Made by a process that ended before the first save.
  const bool fresh = unreadable == 0 && bytes.find_first_not_of('\0') == std::string::npos;
  if (!fresh) log::error("the state of a visit spool is damaged", {{"file", file.string()}});
  const std::string empty(kPlaces * kPlaceSize, '\0');
  if (const int error = state.file_.write(empty.data(), empty.size(), 0)) {
    return file_error("write", file, error);
  }
  if (auto saved = state.save(); !saved) return saved.error();
  return state;
}

result<void> SpoolState::save() {
  Place place;
  std::memset(static_cast<void*>(&place), 0, sizeof(place));
  place.magic = kMagic;
  place.version = version_ + 1;
  place.facts = facts;
  place.check = place.right_check();
  const std::size_t number = free_place();
  if (const int error = file_.write(&place, sizeof(place), number * kPlaceSize)) {
    return file_error("write", path_, error);
  }
  version_ = place.version;
  last_ = number;
  return {};
}

std::size_t SpoolState::free_place() const noexcept {
  std::size_t number = 0;
  while (number == synced_ || number == syncing_.value_or(last_)) ++number;
  return number;
}

}  // namespace curt::visits
