#include "visits/spool/file.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace curt::visits {
namespace {

/// Three blocks of memory of which the one in the middle is past the end of its file: /proc/self/mem gives
/// EIO for it.
class Holey : public testing::Test {
 protected:
  static constexpr std::size_t kBlock = 4096;

  void SetUp() override {
    memory_ = ::mmap(nullptr, 3 * kBlock, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory_, MAP_FAILED);
    std::memset(memory_, 'x', 3 * kBlock);
    const int empty = ::memfd_create("empty", MFD_CLOEXEC);
    ASSERT_GE(empty, 0);
    const void* hole =
        ::mmap(static_cast<char*>(memory_) + kBlock, kBlock, PROT_READ, MAP_SHARED | MAP_FIXED, empty, 0);
    ::close(empty);
    ASSERT_NE(hole, MAP_FAILED);
  }
  void TearDown() override { ::munmap(memory_, 3 * kBlock); }

  [[nodiscard]] std::uint64_t offset() const { return reinterpret_cast<std::uintptr_t>(memory_); }

  void* memory_ = nullptr;
  File file_ = File::open("/proc/self/mem", O_RDONLY).value();
};

TEST_F(Holey, FilesAreReadAroundTheirHoles) {
  std::uint64_t unreadable = 0;
  const std::string bytes = file_.read_around(3 * kBlock, offset(), unreadable);
  EXPECT_EQ(bytes, std::string(kBlock, 'x') + std::string(kBlock, '\0') + std::string(kBlock, 'x'));
  EXPECT_EQ(unreadable, kBlock);
}

TEST_F(Holey, FilesAreAnErrorToWhoReadsThemAsAWhole) {
  try {
    (void)file_.read(3 * kBlock, offset());
    FAIL();
  } catch (const std::system_error& failure) {
    EXPECT_TRUE(is_unreadable(failure.code().value())) << failure.what();
  }
}

TEST(File, TellsWhatTheDiskCannotReadFromWhatMayPass) {
  EXPECT_TRUE(is_unreadable(EIO));
  EXPECT_TRUE(is_unreadable(EBADMSG));
  for (const int passing : {EMFILE, ENFILE, ENOMEM, EACCES, ENOENT, ESTALE}) {
    EXPECT_FALSE(is_unreadable(passing)) << passing;
  }
}

}  // namespace
}  // namespace curt::visits
