#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "curt/visits/spool/spool.hpp"

#include "support/visits/visit_batches.hpp"

namespace curt::test {

inline const visits::EpochId kSpoolEpoch = epoch_of(7);

/// The spool of kSpoolEpoch in this folder.
[[nodiscard]] inline std::unique_ptr<visits::Spool> open_spool(const std::filesystem::path& folder,
                                                               visits::SpoolOptions options = {}) {
  auto spool = visits::Spool::open(folder, kSpoolEpoch, std::move(options));
  if (!spool) throw std::runtime_error{spool.error().log};
  return std::move(*spool);
}

/// Appends a batch of so many visits.
inline void append(visits::Spool& spool, std::uint64_t first, std::uint32_t visits, std::uint16_t ring = 0) {
  const auto done = spool.append(encode(batch_of(kSpoolEpoch, first, visits, "abc", ring)));
  ASSERT_TRUE(done) << done.error().log;
}

/// Everything that is not settled.
[[nodiscard]] inline std::vector<visits::SpooledBatch> all_of(visits::Spool& spool) {
  return spool.read({}, 10'000).value();
}

inline void settle(visits::Spool& spool, const std::vector<visits::SpooledBatch>& batches) {
  std::vector<visits::SpoolPosition> positions;
  for (const visits::SpooledBatch& batch : batches) positions.push_back(batch.position);
  spool.settle(positions);
}

/// The files in the folder whose names end so, by name.
[[nodiscard]] inline std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder,
                                                                 const std::string& extension) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace curt::test
