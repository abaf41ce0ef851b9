#include "app/transfer/rejected_lines.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "curt/base/json_string.hpp"

namespace curt::app {
namespace {

/// How much is shown of a line that is not kept.
constexpr std::size_t kShown = 200;

Error refused(const std::filesystem::path& path, const std::string& why) {
  return {ErrorCode::unavailable,
          fmt::format("rejected lines cannot be written to {}: {}", path.string(), why)};
}

result<void> check(const std::ostream& stream, const std::filesystem::path& path) {
  if (stream) return {};
  return refused(path, std::generic_category().message(errno));
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

bool may_write_in(const std::filesystem::path& folder) { return ::access(folder.c_str(), W_OK | X_OK) == 0; }

/// Whether an import has written the file, by its beginning: reasons, and a row of names before them if any.
bool holds_rejected_lines(const std::filesystem::path& path) {
  std::string text(2 * RawRecord::kMaxSize, '\0');
  std::ifstream in{path, std::ios::binary};
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text.empty() || text.starts_with("# line ") || text.find("\n# line ") != std::string::npos;
}

}  // namespace

result<void> RejectedLines::start(std::string header) {
  header_ = std::move(header);
  std::error_code ignored;
  if (is_special_file(path_)) return {};
  if (!may_write_in(folder_of(path_)) && ::access(path_.c_str(), W_OK) != 0) {
    return refused(path_, std::generic_category().message(errno) + "; name another file with --rejects");
  }
  if (!std::filesystem::is_regular_file(path_, ignored)) return {};
  if (!holds_rejected_lines(path_)) {
    return refused(path_,
                   "it is there and holds something else; move it away, or name another file with --rejects");
  }
  has_earlier_ = std::filesystem::file_size(path_, ignored) > 0;
  if (!has_earlier_) std::filesystem::remove(path_, ignored);
  return {};
}

result<void> RejectedLines::keep_earlier() {
  if (!has_earlier_) return {};
  has_earlier_ = false;
  std::filesystem::path name;
  std::error_code error;
  for (std::size_t number = 1; name.empty() || exists(symlink_status(name, error)); ++number) {
    name = path_;
    name += fmt::format(".{}", number);
  }
  std::filesystem::rename(path_, name, error);
  if (error) return refused(path_, "what an earlier import rejected cannot be renamed: " + error.message());
  kept_ = std::move(name);
  return {};
}

result<void> RejectedLines::add(const RawRecord& record, std::string_view reason) {
  if (!file_.is_open()) {
    if (auto kept = keep_earlier(); !kept) return kept;
    const result<void> opened = is_special_file(path_) ? file_.open_special(path_) : file_.create(path_);
    if (!opened) return refused(path_, opened.error().detail);
    if (!header_.empty()) file_.stream() << header_ << '\n';
  }
  std::ostream& out = file_.stream();
  out << "# line " << record.line << ": " << reason << '\n';
  if (record.cut) {
    // Mended or not, a part of a line is not what was meant, so it must not be imported.
    std::string beginning;
    log::append_terminal_safe(beginning, std::string_view{record.text}.substr(0, kShown));
    out << "# it begins with " << beginning << '\n';
  } else {
    out << record.text << '\n';
  }
  return check(out, path_);
}

result<void> RejectedLines::flush() {
  if (!file_.is_open()) return {};
  file_.stream().flush();
  return check(file_.stream(), path_);
}

result<std::optional<std::filesystem::path>> RejectedLines::finish() {
  // Also where nothing was rejected: a file of this name is about the last import.
  if (auto kept = keep_earlier(); !kept) return kept.error();
  if (kept_ && file_.is_open() && flush() && is_same_as(*kept_)) {
    std::error_code ignored;
    std::filesystem::remove(*kept_, ignored);
    kept_.reset();
  }
  return kept_;
}

std::filesystem::path writable_file(const std::filesystem::path& file, const std::filesystem::path& other) {
  return may_write_in(folder_of(file)) ? file : other / file.filename();
}

bool RejectedLines::is_same_as(const std::filesystem::path& other) const {
  std::ifstream ours{path_, std::ios::binary};
  std::ifstream theirs{other, std::ios::binary};
  const std::istreambuf_iterator<char> end;
  return ours && theirs &&
         std::equal(std::istreambuf_iterator<char>{ours}, end, std::istreambuf_iterator<char>{theirs}, end);
}

}  // namespace curt::app
