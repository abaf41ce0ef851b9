#pragma once

#include <filesystem>

namespace curt::store {

/// Whether another process has an SQLite database open, in a container too if it has the same kernel.
class OpenElsewhere {
 public:
  /// Looks at the database as it is now: where nobody has it open, what is opened later is not seen. To be
  /// destroyed while this process has no connection to the database, since closing a file ends all locks that
  /// the process holds on it (fcntl(2)).
  explicit OpenElsewhere(const std::filesystem::path& database);
  ~OpenElsewhere();
  OpenElsewhere(const OpenElsewhere&) = delete;
  OpenElsewhere& operator=(const OpenElsewhere&) = delete;

  [[nodiscard]] bool now() const noexcept;

 private:
  int memory_ = -1;  ///< the file of the memory that connections share; -1 where there is none
};

/// The same, just now. To be called while this process has no connection to the database.
[[nodiscard]] bool is_open_elsewhere(const std::filesystem::path& database);

}  // namespace curt::store
