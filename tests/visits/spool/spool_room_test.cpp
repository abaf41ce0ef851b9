#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include <gtest/gtest.h>

#include "curt/visits/spool/spool.hpp"

#include "support/temp_folder.hpp"
#include "support/visits/spools.hpp"

// Files that cannot be removed yet are still there: they take room, and the ring is not to forget them.

namespace curt::visits {
namespace {

namespace fs = std::filesystem;
using test::all_of;
using test::append;
using test::files_of;
using test::open_spool;
using test::settle;

TEST(SpoolRoom, HasASegmentUntilItsFilesAreGone) {
  const test::TempFolder folder;
  const auto spool = open_spool(folder.path(), {.segment_bytes = 1, .fault_point = {}});
  append(*spool, 0, 2);
  append(*spool, 2, 3);
  const auto found = all_of(*spool);
  const std::uint64_t bytes = spool->figures().bytes;
  const fs::path counts = files_of(folder.path(), ".counts").at(0);
  fs::remove(counts);
  fs::create_directory(counts);
  std::ofstream{counts / "in the way"} << "x";
  settle(*spool, {found[0]});
  EXPECT_EQ(spool->figures().bytes, bytes);
  EXPECT_EQ(spool->confirmed(0), 0U);
  fs::remove_all(counts);
  spool->tidy(Spool::Tidy::when_idle);
  EXPECT_LT(spool->figures().bytes, bytes);
  EXPECT_EQ(spool->confirmed(0), 2U);
  EXPECT_EQ(files_of(folder.path(), ".details").size(), 1U);
}

TEST(SpoolRoom, IsTakenByWhatADiskThatFailsDoesNotLetGo) {
  const test::TempFolder folder;
  bool fails = true;
  SpoolOptions options{.segment_bytes = 1, .fault_point = {}};
  options.fault_point = [&](std::string_view step) {
    if (fails && step == "spool: fdatasync of the state")
      throw std::system_error{EIO, std::generic_category()};
  };
  {
    const auto spool = open_spool(folder.path(), options);
    append(*spool, 0, 2);
    append(*spool, 2, 3);
    options.bytes = spool->figures().bytes;
  }
  const auto spool = open_spool(folder.path(), options);
  settle(*spool, {all_of(*spool).at(0)});
  EXPECT_EQ(spool->figures().bytes, options.bytes);
  append(*spool, 5, 2);
  EXPECT_GT(spool->figures().undetailed, 0U) << "there was no room";
  fails = false;
  spool->tidy(Spool::Tidy::when_idle);
  EXPECT_LT(spool->figures().bytes, options.bytes);
}

}  // namespace
}  // namespace curt::visits
