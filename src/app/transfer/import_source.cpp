#include "app/transfer/import_source.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

namespace curt::app {

result<void> ImportSource::open(const std::string& file, const std::filesystem::path& rejects) {
  const auto refused = [&](const std::string& why) {
    return Error{ErrorCode::not_found, fmt::format("{} cannot be read: {}", file, why)};
  };
  name_ = file;
  if (file == "-") {
    name_ = "the standard input";
    standard_input_ = true;
    // Without it, std::cin gives one byte at a time.
    std::ios::sync_with_stdio(false);
    return {};
  }
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) return refused("it is a folder");
  if (std::filesystem::equivalent(file, rejects, error)) {
    return refused("the rejected lines would be written over it");
  }
  file_.open(file, std::ios::binary);
  if (!file_) return refused(std::generic_category().message(errno));
  if (std::filesystem::is_regular_file(file, error)) {
    size_ = std::filesystem::file_size(file, error);
    if (error) size_.reset();
  }
  return {};
}

}  // namespace curt::app
