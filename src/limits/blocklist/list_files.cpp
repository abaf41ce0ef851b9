#include "curt/limits/blocklist/list_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limits/blocklist/list_line.hpp"

namespace curt::limits {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBadLines = 5;
constexpr std::size_t kShown = 60;  // bytes of a bad line
constexpr std::size_t kLongestLine = 4096;
constexpr std::size_t kPiece = std::size_t{256} << 10U;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::int64_t nanoseconds(const timespec& time) noexcept {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileStamp stamp_of(std::string path) {
  FileStamp stamp;
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) {
    stamp.is_there = true;
    stamp.device = status.st_dev;
    stamp.inode = status.st_ino;
    stamp.size = static_cast<std::uint64_t>(status.st_size);
    stamp.modified_at = nanoseconds(status.st_mtim);
    stamp.changed_at = nanoseconds(status.st_ctim);
  }
  stamp.path = std::move(path);
  return stamp;
}

bool is_list_name(std::string_view name) noexcept {
  if (name.starts_with('.')) return false;
  for (const std::string_view end : {"~", ".tmp", ".part", ".swp", ".new"}) {
    if (name.ends_with(end)) return false;
  }
  return true;
}

Error failed(const std::string& file, std::string_view why) {
  return {ErrorCode::unavailable, fmt::format("{} {}", file, why)};
}

Error failed_to_read(const std::string& file, int error) {
  return failed(file, "cannot be read: " + std::generic_category().message(error));
}

/// An open file.
class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  const int number_;
};

/// Is told of each line; false ends the reading.
using TakeLine = std::function<bool(std::string_view line, std::uint64_t number)>;

/// Gives the lines of what was read so far; the last one, if it is not complete, stays in `text`.
class LineCutter {
 public:
  explicit LineCutter(const TakeLine& take) : take_(take) {}

  bool add(std::string_view piece) {
    while (!piece.empty()) {
      const std::size_t end = piece.find('\n');
      const std::string_view part = piece.substr(0, end);
      // Of a line that is too long only its beginning is looked at, which is then no host.
      rest_.append(
          part.substr(0, std::min(part.size(), kLongestLine - std::min(rest_.size(), kLongestLine))));
      if (end == std::string_view::npos) return true;
      if (!give()) return false;
      piece.remove_prefix(end + 1);
    }
    return true;
  }

  bool finish() { return rest_.empty() || give(); }

 private:
  bool give() {
    std::string_view line = rest_;
    if (++number_ == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    const bool goes_on = take_(line, number_);
    rest_.clear();
    return goes_on;
  }

  const TakeLine& take_;
  std::string rest_;
  std::uint64_t number_ = 0;
};

/// Reads the lines of a file until `take` has enough.
result<void> read_lines(const std::string& path, const std::stop_token& stop, const TakeLine& take) {
  // A FIFO would be waited for.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.number() < 0) return failed_to_read(path, errno);
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) return failed_to_read(path, errno);
  if (!S_ISREG(status.st_mode)) return failed(path, "is neither a file nor a folder");
  const auto piece = std::make_unique<std::array<char, kPiece>>();
  LineCutter lines{take};
  for (;;) {
    if (stop.stop_requested()) return Error{ErrorCode::deadline_exceeded, "the reading was stopped"};
    const ssize_t count = ::read(file.number(), piece->data(), piece->size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed_to_read(path, errno);
    if (count == 0) break;
    if (!lines.add({piece->data(), static_cast<std::size_t>(count)})) return {};
  }
  (void)lines.finish();
  return {};
}

std::string shown(std::string_view text) {
  std::string line{text.substr(0, kShown)};
  std::ranges::replace_if(line, [](char c) { return c < ' ' || c == '\x7f'; }, '?');
  if (text.size() > kShown) line += "...";
  return line;
}

/// Reads files into one list.
class ListReader {
 public:
  void reserve(std::uint64_t bytes) {
    // Names of a plain list take as much as there, and a byte more; pages that are not used cost nothing.
    constexpr std::uint64_t kMost = std::uint64_t{1} << 30U;
    list_.hosts.reserve(std::min(bytes + bytes / 8, kMost));
  }

  /// Reads the files of a path that was given.
  result<void> read_path(const std::string& path, const std::vector<FileStamp>& files,
                         const std::stop_token& stop) {
    const std::uint64_t before = list_.counts.lines;
    for (const FileStamp& file : files) {
      try {
        if (auto done = read_file(file.path, stop); !done) return done;
      } catch (const std::length_error&) {
        return failed(file.path, "has more hosts than can be kept");
      }
    }
    list_.counts.paths.push_back({path, list_.counts.lines - before});
    return {};
  }

  [[nodiscard]] HostList take_list() && { return std::move(list_); }

 private:
  result<void> read_file(const std::string& path, const std::stop_token& stop) {
    const std::uint64_t good_before = list_.counts.lines;
    const std::uint64_t bad_before = list_.counts.unreadable;
    std::uint64_t binary_line = 0;
    BadLine first;
    const TakeHost take_host = [this](std::string_view host, Reach reach) { list_.hosts.add(host, reach); };
    auto done = read_lines(path, stop, [&](std::string_view line, std::uint64_t number) {
      if (line.find('\0') != std::string_view::npos) {
        binary_line = number;
        return false;
      }
      if (!take(line, take_host)) {
        note(path, number, line);
        if (first.line == 0) first = {path, number, shown(line)};
      }
      return true;
    });
    if (!done) return done;
    if (binary_line != 0) return failed(path, fmt::format("is no list: line {} has a NUL byte", binary_line));
    const std::uint64_t good = list_.counts.lines - good_before;
    if (list_.counts.unreadable - bad_before > good) {
      return failed(path, fmt::format("is no list: most of its lines are no hosts, such as line {}: {}",
                                      first.line, first.text));
    }
    list_.counts.files.push_back({path, good});
    return {};
  }

  /// False where the line cannot be read.
  bool take(std::string_view line, const TakeHost& take_host) {
    switch (read_list_line(line, take_host)) {
      case LineKind::entry:
        ++list_.counts.lines;
        break;
      case LineKind::passed_over:
        ++list_.counts.passed_over;
        break;
      case LineKind::unreadable:
        return false;
      case LineKind::nothing:
        break;
    }
    return true;
  }

  void note(const std::string& path, std::uint64_t number, std::string_view line) {
    ListCounts& counts = list_.counts;
    ++counts.unreadable;
    if (counts.bad.size() < kMostBadLines) counts.bad.push_back({path, number, shown(line)});
  }

  HostList list_;
};

/// The file, or those in the folder.
std::vector<FileStamp> look_at_path(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {stamp_of(path)};
  std::vector<std::string> inside;
  fs::directory_iterator entries{path, error};
  for (; !error && entries != fs::directory_iterator{}; entries.increment(error)) {
    const fs::path& file = entries->path();
    std::error_code ignored;
    if (is_list_name(file.filename().string()) && !fs::is_directory(file, ignored))
      inside.push_back(file.string());
  }
  if (error) return {{.path = path}};  // reading it as a file says why
  std::ranges::sort(inside);
  std::vector<FileStamp> files;
  files.reserve(inside.size());
  for (std::string& file : inside) files.push_back(stamp_of(std::move(file)));
  return files;
}

}  // namespace

std::vector<FileStamp> look_at_files(const std::vector<std::string>& paths) {
  std::vector<FileStamp> files;
  for (const std::string& path : paths) {
    for (FileStamp& file : look_at_path(path)) files.push_back(std::move(file));
  }
  return files;
}

result<HostList> read_host_list(const std::vector<std::string>& paths, const std::stop_token& stop) {
  std::uint64_t bytes = 0;
  std::vector<std::vector<FileStamp>> files_of;
  files_of.reserve(paths.size());
  for (const std::string& path : paths) {
    files_of.push_back(look_at_path(path));
    for (const FileStamp& file : files_of.back()) bytes += file.size;
  }
  ListReader reader;
  reader.reserve(bytes);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (const auto done = reader.read_path(paths[i], files_of[i], stop); !done) return done.error();
  }
  return std::move(reader).take_list();
}

std::optional<ListPlace> find_in_files(const std::vector<std::string>& paths, std::string_view entry) {
  std::optional<ListPlace> place;
  for (const FileStamp& file : look_at_files(paths)) {
    bool is_here = false;
    const TakeHost take_host = [&](std::string_view host, Reach) { is_here = is_here || host == entry; };
    const auto done = read_lines(file.path, {}, [&](std::string_view line, std::uint64_t number) {
      (void)read_list_line(line, take_host);
      if (is_here) place = {file.path, number};
      return !is_here;
    });
    if (done && place) return place;
  }
  return std::nullopt;
}

}  // namespace curt::limits
