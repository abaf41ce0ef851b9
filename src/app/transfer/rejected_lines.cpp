#include "app/transfer/rejected_lines.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "curt/base/json_string.hpp"

namespace curt::app {
namespace {

/// How much is shown of a line that is not kept.
constexpr std::size_t kShown = 200;

result<void> check(const std::ofstream& file, const std::filesystem::path& path) {
  if (file) return {};
  return Error{ErrorCode::unavailable, fmt::format("rejected lines cannot be written to {}: {}",
                                                   path.string(), std::generic_category().message(errno))};
}

}  // namespace

void RejectedLines::start() {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path_, ignored)) std::filesystem::remove(path_, ignored);
}

result<void> RejectedLines::add(const TextLine& line, std::string_view reason) {
  if (!file_.is_open()) file_.open(path_, std::ios::binary | std::ios::trunc);
  file_ << "# line " << line.number << ": " << reason << '\n';
  if (line.cut) {
    // Mended or not, a part of a line is not what was meant, so it must not be imported.
    std::string beginning;
    log::append_terminal_safe(beginning, std::string_view{line.text}.substr(0, kShown));
    file_ << "# it begins with " << beginning << '\n';
  } else {
    file_ << line.text << '\n';
  }
  return check(file_, path_);
}

result<void> RejectedLines::flush() {
  if (!file_.is_open()) return {};
  file_.flush();
  return check(file_, path_);
}

}  // namespace curt::app
