#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "curt/domain/error.hpp"
#include "curt/limits/blocklist/host_lists.hpp"

namespace curt::limits {

/// What a file looks like from outside. Another one is another file, or one that was written since.
struct FileStamp {
  std::string path;
  bool is_there = false;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified_at = 0;  ///< nanoseconds since 1970
  std::int64_t changed_at = 0;   ///< the same, of anything about the file

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// The files that these paths name, in order: of a folder those in it, but for names that begin with "." and
/// those that editors and downloads give to what is not complete (~, .tmp, .part, .swp, .new). What is
/// missing is among them.
[[nodiscard]] std::vector<FileStamp> look_at_files(const std::vector<std::string>& paths);

/// A line that cannot be read.
struct BadLine {
  std::string file;
  std::uint64_t line = 0;
  std::string text;  ///< cut when long
};

/// A file of a list, and how many of its lines name hosts.
struct ReadFile {
  std::string path;
  std::uint64_t lines = 0;
};

/// A path that was given, a file or a folder, and how many lines that name hosts its files have.
struct ReadPath {
  std::string path;
  std::uint64_t lines = 0;
};

/// What was in a list of files.
struct ListCounts {
  std::vector<ReadPath> paths;  ///< all that were given, also folders without files
  std::vector<ReadFile> files;
  std::uint64_t lines = 0;        ///< that name hosts
  std::uint64_t passed_over = 0;  ///< rules of Adblock that are about more than a host, and addresses
  std::uint64_t unreadable = 0;
  std::vector<BadLine> bad;  ///< the first of these
};

struct HostList {
  HostSet hosts;
  ListCounts counts;
};

/// Reads all files that the paths name. unavailable where one cannot be read, has bytes that no list has, or
/// has more lines that cannot be read than lines with hosts: it says which file, and why. deadline_exceeded
/// once it is asked to stop.
[[nodiscard]] result<HostList> read_host_list(const std::vector<std::string>& paths,
                                              const std::stop_token& stop = {});

/// Where an entry stands.
struct ListPlace {
  std::string file;
  std::uint64_t line = 0;
};

/// The first line that has this entry of HostSet::match(); nothing where no file has it any more.
[[nodiscard]] std::optional<ListPlace> find_in_files(const std::vector<std::string>& paths,
                                                     std::string_view entry);

}  // namespace curt::limits
