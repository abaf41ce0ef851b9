#include <cerrno>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include <gtest/gtest.h>

#include "curt/visits/spool/spool.hpp"

#include "support/temp_folder.hpp"
#include "support/visits/spools.hpp"

// A sync that failed is made again, and what then cannot be read or is gone holds nothing up.

namespace curt::visits {
namespace {

namespace fs = std::filesystem;
using test::all_of;
using test::append;
using test::files_of;
using test::open_spool;
using test::settle;

class SpoolSyncs : public testing::Test {
 protected:
  /// A spool whose segments have one batch each.
  std::unique_ptr<Spool> open() {
    SpoolOptions options{.segment_bytes = 1, .fault_point = {}};
    options.fault_point = [this](std::string_view step) {
      const std::string name{step};
      ++reached_[name];
      if (name != failing_) return;
      if (once_) failing_.clear();
      throw std::system_error{EIO, std::generic_category()};
    };
    return open_spool(folder_.path(), std::move(options));
  }

  void fail_once(const std::string& step) { failing_ = step, once_ = true; }

  /// Two batches in sealed segments, of an earlier process.
  std::unique_ptr<Spool> open_with_two() {
    {
      const auto spool = open();
      append(*spool, 0, 2);
      append(*spool, 2, 3);
    }
    return open();
  }

  test::TempFolder folder_;
  std::string failing_;
  bool once_ = false;
  std::map<std::string, int> reached_;
};

TEST_F(SpoolSyncs, OfASealedSegmentAreMadeAgainAfterOneThatFailed) {
  const auto spool = open_with_two();
  fail_once("spool: fdatasync");
  EXPECT_FALSE(spool->read({}, 1));
  const auto found = spool->read({}, 1);
  ASSERT_TRUE(found) << found.error().log;
  EXPECT_EQ(found->size(), 1U);
  EXPECT_TRUE(spool->read_one({1, 0}).value());
}

TEST_F(SpoolSyncs, LoseWhatCannotBeReadToWriteItOnceMore) {
  const auto spool = open_with_two();
  const fs::path broken = files_of(folder_.path(), ".counts").at(0);
  fail_once("spool: fdatasync");
  EXPECT_FALSE(spool->read({}, 10));
  fail_once("spool: counts are to be read again");
  const auto found = spool->read({}, 10);
  ASSERT_TRUE(found) << found.error().log;
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->at(0).batch.id.first, 2U);
  EXPECT_EQ(spool->figures().dropped, 2U);
  EXPECT_EQ(spool->figures().batches, 1U);
  settle(*spool, *found);
  spool->tidy(Spool::Tidy::now);
  EXPECT_EQ(files_of(folder_.path(), ".unreadable").at(0), fs::path{broken.string() + ".unreadable"});
  EXPECT_EQ(spool->confirmed(0), 5U);
}

TEST_F(SpoolSyncs, LoseABatchWhoseFileIsGone) {
  const auto spool = open_with_two();
  fs::remove(files_of(folder_.path(), ".counts").at(0));
  const auto gone = spool->read_one({0, 0});
  ASSERT_TRUE(gone) << gone.error().log;
  EXPECT_FALSE(*gone);
  const auto found = spool->read({}, 10);
  ASSERT_TRUE(found) << found.error().log;
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->at(0).batch.id.first, 2U);
  EXPECT_EQ(spool->figures().dropped, 2U);
}

TEST_F(SpoolSyncs, LoseWhatIsInTheSegmentInUseAndGoOnInAnother) {
  const auto spool = open();
  append(*spool, 0, 2);
  fail_once("spool: fdatasync");
  EXPECT_FALSE(spool->read({}, 10));
  fail_once("spool: counts are to be read again");
  EXPECT_TRUE(spool->read({}, 10).value().empty());
  append(*spool, 2, 3);
  const auto found = all_of(*spool);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].position.segment, 1U);
}

TEST_F(SpoolSyncs, OfTheNamesAreMadeAgainAfterOneThatFailed) {
  const auto spool = open();
  append(*spool, 0, 2);
  fail_once("spool: fsync of the folder");
  EXPECT_FALSE(spool->read({}, 10));
  reached_.clear();
  EXPECT_EQ(all_of(*spool).size(), 1U);
  EXPECT_EQ(reached_["spool: fsync of the folder"], 1);
  EXPECT_EQ(all_of(*spool).size(), 1U);
  EXPECT_EQ(reached_["spool: fsync of the folder"], 1) << "once is enough";
}

TEST_F(SpoolSyncs, OfTheNamesAreMadeForASegmentWhoseFileCameLate) {
  const auto spool = open();
  append(*spool, 0, 2);
  const fs::path in_the_way = folder_.path() / "0000000001.counts";
  fs::create_directory(in_the_way);
  EXPECT_FALSE(spool->append(encode(test::batch_of(test::kSpoolEpoch, 2, 3, "abc", 0))));
  EXPECT_EQ(all_of(*spool).size(), 1U);
  fs::remove(in_the_way);
  append(*spool, 2, 3);
  reached_.clear();
  EXPECT_EQ(all_of(*spool).size(), 2U);
  EXPECT_EQ(reached_["spool: fsync of the folder"], 1);
}

}  // namespace
}  // namespace curt::visits
