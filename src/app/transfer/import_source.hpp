#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <istream>
#include <optional>
#include <string>

#include "curt/domain/error.hpp"

#include "app/transfer/stoppable_input.hpp"

namespace curt::app {

/// The file or the standard input that links are imported from.
class ImportSource {
 public:
  /// Opens the file, or takes the standard input for "-". Rejected records must not be written over it.
  /// not_found where it cannot be read.
  [[nodiscard]] result<void> open(const std::string& file, const std::filesystem::path& rejects);

  [[nodiscard]] std::istream& stream() { return waiting_ ? waiting_stream_ : file_; }

  /// From now on, once `event` can be read from, the stream fails at once where else it might wait for more.
  void stop_at(int event);

  /// Whether the stream has failed because of that.
  [[nodiscard]] bool is_stopped() const noexcept { return waiting_ && waiting_->is_stopped(); }

  /// As messages name it.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Bytes; nothing where the end is not known, as on a pipe.
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept { return size_; }

 private:
  void wait_at(int descriptor);

  std::ifstream file_;
  std::optional<StoppableInput> waiting_;  ///< where it is no regular file
  std::istream waiting_stream_{nullptr};
  std::string name_;
  std::optional<std::uint64_t> size_;
};

}  // namespace curt::app
