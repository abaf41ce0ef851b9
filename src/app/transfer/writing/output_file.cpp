#include "app/transfer/writing/output_file.hpp"

#include <system_error>

#include <fmt/format.h>

namespace curt::app {
namespace {

namespace fs = std::filesystem;

}  // namespace

OutputFile::OutputFile(const fs::path& path) : final_(path), written_(path), direct_(is_special_file(path)) {
  if (direct_) return;
  // A symbolic link stays one: the file that it names is replaced.
  std::error_code error;
  if (fs::exists(path, error)) {
    final_ = fs::canonical(path, error);
  } else if (fs::is_symlink(path, error)) {
    final_ = path.parent_path() / fs::read_symlink(path, error);
  }
  written_ = final_;
  written_ += ".part";
}

OutputFile::~OutputFile() {
  std::error_code ignored;
  if (!direct_ && file_.is_open()) fs::remove(written_, ignored);
}

result<void> OutputFile::open() {
  const result<void> opened = direct_ ? file_.open_special(written_) : file_.create(written_);
  if (!opened) return refused(opened.error().detail);
  return {};
}

result<void> OutputFile::complete() {
  if (direct_) return {};
  const result<void> safe = file_.sync();
  if (!safe) return refused(safe.error().detail);
  std::error_code error;
  fs::rename(written_, final_, error);
  if (error) return refused(error.message());
  sync_folder_of(final_);
  return {};
}

Error OutputFile::refused(const std::string& why) const {
  return {ErrorCode::unavailable, fmt::format("{} cannot be written: {}", final_.string(), why)};
}

}  // namespace curt::app
