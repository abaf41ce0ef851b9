#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "curt/base/random.hpp"
#include "curt/base/timestamp.hpp"
#include "curt/domain/error.hpp"
#include "curt/visits/batch/epoch_id.hpp"
#include "curt/visits/fault_point.hpp"

namespace curt::visits {

/// Where the folders of epochs are: `<parent>/<epoch>/` each, and `<ring_parent>/<epoch>/` for their rings if
/// that is not empty.
struct EpochPlace {
  std::filesystem::path parent;
  std::filesystem::path ring_parent;
};

/// What the folder says of its epoch.
struct EpochMeta {
  Timestamp opened_at;
  std::string host;
  std::size_t rings = 0;
  std::filesystem::path ring_folder;  ///< where the rings are; the folder itself if empty
  std::string boot_id;                ///< curt::boot_id() of the process; empty if it is not known
};

/// What rings took and lost, all of which is in the spool: they are needed no more.
struct DrainedRings {
  std::uint64_t accepted = 0;
  std::uint64_t dropped = 0;
};

/// The folder of one epoch, locked by this object: `lock`, `meta`, `spool/` and the rings. Whenever the
/// process ends, it leaves an unpublished folder, a whole one, or one whose removal the next process
/// finishes.
class EpochFolder {
 public:
  /// Makes a folder for a new epoch, not yet under its name: the caller makes its rings, then publishes it.
  [[nodiscard]] static result<EpochFolder> prepare(const EpochPlace& place, RandomSource& random,
                                                   EpochMeta meta, FaultPoint point = {});

  /// Gives the folder its name: from now on others adopt it when this process has ended, also after a loss of
  /// power.
  [[nodiscard]] result<void> publish();

  /// What became of a folder that was found.
  enum class Found {
    adopted,  ///< locked by this process now
    in_use,   ///< another process has it
    gone,     ///< nothing was in it, or it was to be removed and is now
    strange,  ///< it is not what prepare() makes; it was left alone
  };

  /// Takes an epoch's folder whose process has ended. `folder` is set if it is adopted; `why` if it is
  /// strange.
  [[nodiscard]] static Found adopt(const std::filesystem::path& path, EpochId id,
                                   std::optional<EpochFolder>& folder, std::string& why,
                                   FaultPoint point = {});

  /// Removes a folder whose preparation was cut short; does nothing while another process has it locked.
  static void sweep(const std::filesystem::path& path);

  /// The name that a folder of this epoch has until it is published, and the epoch of such a name.
  [[nodiscard]] static std::string unpublished_name(EpochId id);
  [[nodiscard]] static std::optional<EpochId> parse_unpublished(std::string_view name);

  EpochFolder(EpochFolder&&) noexcept;
  EpochFolder& operator=(EpochFolder&&) noexcept;
  /// Releases the lock; the folder stays if it was published.
  ~EpochFolder();

  [[nodiscard]] EpochId id() const noexcept { return id_; }
  [[nodiscard]] const EpochMeta& meta() const noexcept { return meta_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::filesystem::path spool() const { return path_ / "spool"; }
  [[nodiscard]] std::filesystem::path ring(std::size_t number) const;

  /// The first ring whose file is not there; empty if all are.
  [[nodiscard]] std::filesystem::path missing_ring() const;

  /// Notes that nothing is in the rings any more, if they are elsewhere: a process that adopts the folder
  /// then does not need them.
  void note_drained(DrainedRings rings) const;
  /// What was noted; nothing if that is not known.
  [[nodiscard]] std::optional<DrainedRings> drained() const;

  /// Removes everything that belongs to an epoch, and the lock last; what is strange stays, which is an
  /// error.
  [[nodiscard]] result<void> remove();

 private:
  struct Lock;

  EpochFolder(std::filesystem::path path, EpochId id, std::unique_ptr<Lock> lock, FaultPoint point);

  [[nodiscard]] result<void> write_meta() const;
  [[nodiscard]] bool read_meta(const char* name);
  void remove_rings() const;
  [[nodiscard]] result<void> remove_in_order();
  static void clear_unpublished(const std::filesystem::path& path);

  std::filesystem::path path_;
  EpochId id_;
  EpochMeta meta_;
  std::unique_ptr<Lock> lock_;
  FaultPoint point_;
};

}  // namespace curt::visits
