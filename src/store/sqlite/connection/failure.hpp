#pragma once

#include <exception>
#include <filesystem>

#include <SQLiteCpp/Exception.h>

#include "curt/domain/error.hpp"

namespace curt::store::sqlite {

/// What a failed statement means for the caller: deadline_exceeded if it was interrupted, else unavailable.
/// The log text carries SQLite's own.
[[nodiscard]] Error failure_of(const SQLite::Exception& exception);

/// Like the other failure_of(), for any exception.
[[nodiscard]] Error failure_of(const std::exception_ptr& exception);

/// What a failed COMMIT means: unavailable where SQLite is known to have kept nothing, else outcome_unknown.
[[nodiscard]] Error commit_failure_of(const SQLite::Exception& exception);

/// Why the database file could not be opened or prepared, in words for the one who starts the service.
[[nodiscard]] Error open_failure_of(const std::filesystem::path& file, const SQLite::Exception& exception);

}  // namespace curt::store::sqlite
