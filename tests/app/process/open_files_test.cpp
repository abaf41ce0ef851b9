#include "app/process/open_files.hpp"

#include <cstddef>
#include <filesystem>
#include <iterator>

#include <gtest/gtest.h>

namespace curt::app {
namespace {

/// A kernel that does not count the files, as before Linux 6.2.
class OldKernel : public testing::Test {
 protected:
  std::size_t connections_ = 0;
  std::size_t others_ = 30;
  int walks_ = 0;
  OpenFiles files_{OpenFiles::Sources{.connections = [this] { return connections_; },
                                      .kernel = [] { return std::size_t{0}; },
                                      .walk =
                                          [this] {
                                            ++walks_;
                                            return connections_ + others_;
                                          }}};
};

TEST_F(OldKernel, HasItsFilesCountedWhileThereAreFewConnections) {
  connections_ = OpenFiles::kFew;
  EXPECT_EQ(files_.count(), OpenFiles::kFew + 30);
  others_ = 40;
  EXPECT_EQ(files_.count(), OpenFiles::kFew + 40);
}

TEST_F(OldKernel, HasOnlyItsConnectionsCountedWhileThereAreMany) {
  static_cast<void>(files_.count());
  connections_ = 10'000;
  EXPECT_EQ(files_.count(), 10'030U);
  EXPECT_EQ(walks_, 1);
  connections_ = 1;
  others_ = 35;
  EXPECT_EQ(files_.count(), 36U);
}

TEST_F(OldKernel, IsWalkedOnceWhereThereAreManyFromTheStart) {
  connections_ = 10'000;
  EXPECT_EQ(files_.count(), 10'030U);
  EXPECT_EQ(files_.count(), 10'030U);
  EXPECT_EQ(walks_, 1);
}

TEST(OpenFiles, BelievesTheKernelThatCountsThem) {
  OpenFiles files{OpenFiles::Sources{.connections = [] { return std::size_t{2}; },
                                     .kernel = [] { return std::size_t{77}; },
                                     .walk = [] { return std::size_t{5}; }}};
  EXPECT_EQ(files.count(), 77U);
}

TEST(OpenFiles, AreThoseOfThisProcess) {
  OpenFiles files{[] { return std::size_t{0}; }};
  const std::filesystem::directory_iterator open{"/proc/self/fd"};
  const auto seen = static_cast<std::size_t>(std::distance(begin(open), end(open)));
  EXPECT_GE(files.count(), seen - 2);  // the folder was open while it was walked
  EXPECT_LE(files.count(), seen);
}

}  // namespace
}  // namespace curt::app
