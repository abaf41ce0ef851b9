#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>

#include "curt/domain/error.hpp"

namespace curt::app {

/// The file or the standard input that links are imported from.
class ImportSource {
 public:
  /// Opens the file, or takes the standard input for "-". Rejected records must not be written over it.
  /// not_found where it cannot be read.
  [[nodiscard]] result<void> open(const std::string& file, const std::filesystem::path& rejects);

  [[nodiscard]] std::istream& stream() { return standard_input_ ? std::cin : file_; }

  /// As messages name it.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Bytes; nothing where the end is not known, as on a pipe.
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept { return size_; }

 private:
  std::ifstream file_;
  std::string name_;
  bool standard_input_ = false;
  std::optional<std::uint64_t> size_;
};

}  // namespace curt::app
