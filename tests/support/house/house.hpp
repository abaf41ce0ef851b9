#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace curt::test {

/// One complaint about the order of the code, a line of text.
using Complaints = std::vector<std::string>;

/// The folders of the code as docs/architecture.md and the README of each room draw them, and what in the
/// code does not fit. A room is a folder of src/ and of include/curt/, where its doors are: the headers that
/// other rooms may include.
///
/// A README draws its room from the top to the bottom in its first fenced block: a line names files (without
/// their ending) and folders ("ring/") and, after two spaces, says what they are. What a line names includes
/// only what lower lines name; files on one line may include each other, folders on one line may not.
class House {
 public:
  /// Reads src/, include/curt/ and tests/ in `root`; throws std::filesystem::filesystem_error where they are
  /// missing.
  explicit House(const std::filesystem::path& root);

  /// Rooms that include one that is not below them, and folders that are no room.
  [[nodiscard]] Complaints upward_between_rooms() const;
  /// Files and folders of a room that include what its README does not draw below them, or that it does not
  /// draw.
  [[nodiscard]] Complaints upward_within_rooms() const;
  /// Quoted includes that are not written from include/, src/ or tests/ on.
  [[nodiscard]] Complaints bare_includes() const;
  /// Includes of another room's private header.
  [[nodiscard]] Complaints includes_past_the_door() const;
  /// Doors that no other room includes, and that no door needs.
  [[nodiscard]] Complaints idle_doors() const;
  /// Folders of more than 25 files, and READMEs in src/ of more than 20 lines.
  [[nodiscard]] Complaints crowded_folders() const;
  /// Tests in a folder that no room has, and those whose name does not begin with that of a source beside it.
  [[nodiscard]] Complaints tests_without_a_source() const;

  /// Sources and headers in src/ and include/curt/.
  [[nodiscard]] std::size_t size() const noexcept { return files_.size(); }

 private:
  struct File {
    std::filesystem::path path;      ///< from the root on
    std::string name;                ///< from the rooms on, such as "visits/ring/ring.hpp"
    std::set<std::string> includes;  ///< quoted, as they are written
    bool is_door = false;
  };

  void read(const std::filesystem::path& top, bool doors);
  [[nodiscard]] bool is_rooted(const std::string& include) const;
  [[nodiscard]] Complaints upward_within(const std::string& room) const;

  std::filesystem::path root_;
  std::map<std::string, File> files_;  ///< by their path from the root on
  std::map<std::string, File> tests_;
};

}  // namespace curt::test
