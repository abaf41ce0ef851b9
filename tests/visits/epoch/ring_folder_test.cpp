#include "visits/epoch/ring_folder.hpp"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "support/visits/visit_batches.hpp"

namespace curt::visits {
namespace {

namespace fs = std::filesystem;

EpochMeta meta_of(const fs::path& ring_folder, const std::string& boot_id) {
  return {.opened_at = test::kVisitTime,
          .host = "here",
          .rings = 1,
          .ring_folder = ring_folder,
          .boot_id = boot_id};
}

TEST(WhyMissing, RingsAreLostForCertainOnlyWhereThisMachineWasRestarted) {
  using enum MissingRings;
  EXPECT_EQ(why_missing(meta_of("/dev/shm/curt/e", "then"), "now", true), lost);
  EXPECT_EQ(why_missing(meta_of("/dev/shm/curt/e", "now"), "now", true), elsewhere) << "another container's";
  EXPECT_EQ(why_missing(meta_of("/dev/shm/curt/e", "then"), "now", false), elsewhere) << "another host's";
  EXPECT_EQ(why_missing(meta_of("/dev/shm/curt/e", ""), "now", true), elsewhere) << "of an older version";
  EXPECT_EQ(why_missing(meta_of("/dev/shm/curt/e", "then"), "", true), elsewhere);
  EXPECT_EQ(why_missing(meta_of("", "now"), "now", false), lost) << "they lay in the folder itself";
}

}  // namespace
}  // namespace curt::visits
