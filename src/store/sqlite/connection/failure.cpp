#include "store/sqlite/connection/failure.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "store/failures.hpp"

namespace curt::store::sqlite {
namespace {

std::string text_of(const SQLite::Exception& exception) {
  return fmt::format("sqlite: {} ({})", exception.what(), exception.getExtendedErrorCode());
}

std::string folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path().string() : ".";
}

}  // namespace

Error failure_of(const SQLite::Exception& exception) {
  if (exception.getErrorCode() == SQLITE_INTERRUPT) return store_overdue(text_of(exception));
  return store_unavailable(text_of(exception));
}

Error failure_of(const std::exception_ptr& exception) {
  return error_of_thrown(exception, [](const std::exception& e) {
    const auto* known = dynamic_cast<const SQLite::Exception*>(&e);
    return known != nullptr ? failure_of(*known) : store_unavailable(e.what());
  });
}

Error commit_failure_of(const SQLite::Exception& exception) {
  // Busy and full are found before the commit record is complete in the log. Anything else, such as a failed
  // fsync, may leave it there, where recovery after a crash would find it.
  const int code = exception.getErrorCode();
  if (code == SQLITE_BUSY || code == SQLITE_FULL) return failure_of(exception);
  return commit_unconfirmed(text_of(exception));
}

Error open_failure_of(const std::filesystem::path& file, const SQLite::Exception& exception) {
  const std::string name = file.string();
  std::error_code ignored;
  std::string detail;
  switch (exception.getErrorCode()) {
    case SQLITE_CANTOPEN:
      if (std::filesystem::is_directory(file, ignored)) {
        detail = fmt::format("{} is a folder, not a database file", name);
      } else if (!std::filesystem::exists(file, ignored) || access(file.c_str(), R_OK | W_OK) == 0) {
        // The file is fine or not there yet, so that its folder, where the log goes too, is not.
        detail = fmt::format("the folder {} cannot be written", folder_of(file));
      } else {
        detail = fmt::format("the database file {} cannot be read and written", name);
      }
      break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      detail = fmt::format("the database file {} cannot be written", name);
      break;
    case SQLITE_NOTADB:
      detail = fmt::format("{} is not an SQLite database", name);
      break;
    case SQLITE_CORRUPT:
      detail = fmt::format("the database file {} is damaged", name);
      break;
    case SQLITE_BUSY:
      detail = fmt::format("the database file {} is locked by another process", name);
      break;
    default:
      detail = fmt::format("the database file {} cannot be used: {}", name, exception.what());
  }
  return {ErrorCode::unavailable, std::move(detail), text_of(exception)};
}

}  // namespace curt::store::sqlite
