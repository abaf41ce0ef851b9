#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <memory>

#include "curt/base/metrics.hpp"
#include "curt/domain/error.hpp"
#include "curt/store/store.hpp"

namespace curt::store {

struct SqliteOptions {
  std::filesystem::path path;  ///< the database file; made with its folder where missing
  std::size_t readers =
      2;  ///< threads that find links, with a connection each; at least one. Lists have another
  std::size_t queue_length = 100;  ///< requests that may wait, of each kind; a group of writes counts as one
  std::size_t most_writes = std::numeric_limits<std::size_t>::max();  ///< that may wait, in groups or not
  double client_share = 0;  ///< part of them that one client may be while others wait; 0: any
  /// For one who writes much at once, such as an import: a transaction for each write, with more memory, and
  /// between two of them a moment for other processes. Durable after LinkStore::sync().
  bool bulk = false;
  bool shared = false;  ///< with `bulk`: others use the database, and are not to meet a long log
};

/// Opens the database, applies the migrations that it lacks, and starts its threads: one writes, committing
/// together what waits at the same time, the others read. Blocks. An error's detail names the folder or file
/// at fault.
///
/// The store finishes in its destructor what it has accepted. `metrics`, and the io_contexts of callers that
/// wait, must outlive it.
[[nodiscard]] result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options,
                                                               Metrics& metrics);

}  // namespace curt::store
