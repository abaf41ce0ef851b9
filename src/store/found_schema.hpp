#pragma once

#include <string>

#include <fmt/format.h>

namespace curt::store {

/// What `schema_migrations` of a database says.
struct FoundSchema {
  int version = 0;    ///< the last migration; 0 for an empty database
  int runs_from = 0;  ///< binaries that know this version or a later one run with it

  [[nodiscard]] bool runs_with(int latest_version) const noexcept {
    return version <= latest_version || runs_from <= latest_version;
  }

  /// Why a binary that knows less does not run with it; `place` such as "the database".
  [[nodiscard]] std::string refusal(const std::string& place, int latest_version) const {
    return fmt::format("the schema of {} is newer than this binary ({} > {}): use a newer curt", place,
                       version, latest_version);
  }
};

}  // namespace curt::store
