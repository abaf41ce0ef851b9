#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/base/logging.hpp"
#include "curt/visits/spool/spool.hpp"

#include "support/patience.hpp"
#include "support/temp_folder.hpp"
#include "support/visits/spools.hpp"

// A batch is on the disk before it is given out, and what the disk cannot read holds nothing up.

namespace curt::visits {
namespace {

namespace fs = std::filesystem;
using test::all_of;
using test::append;
using test::files_of;
using test::open_spool;
using test::settle;
using testing::ElementsAre;
using testing::HasSubstr;

class SpoolReading : public testing::Test {
 protected:
  SpoolOptions options() {
    SpoolOptions options{.idle = std::chrono::hours{1}, .fault_point = {}};
    options.fault_point = [this](std::string_view step) { reached(std::string{step}); };
    return options;
  }

  void reached(const std::string& step) {
    if (step == failing_) throw std::system_error{EIO, std::generic_category()};
    const bool is_known = step == "spool: appended" || step.find("synced") != std::string::npos ||
                          step == "spool: segments are to be removed";
    if (is_known) steps_.push_back(step.substr(7));
    if (step != "spool: to be synced") return;
    if (const auto once = std::exchange(while_syncing_, nullptr)) once();
  }

  std::vector<std::string> take_steps() { return std::exchange(steps_, {}); }

  std::string log_text() {
    log::configure(log::Format::text, log::Level::info, log::Stream::err);
    return log_.str();
  }
  void keep_log() { log::configure(log::Format::json, log::Level::info, log_); }
  void TearDown() override { log::configure(log::Format::text, log::Level::info, log::Stream::err); }

  /// Puts what gives EIO for each read in the place of a file.
  static void break_file(const fs::path& file) {
    fs::remove(file);
    fs::create_symlink("/proc/self/mem", file);
  }

  test::TempFolder folder_;
  std::vector<std::string> steps_;
  std::string failing_;
  std::function<void()> while_syncing_;
  std::ostringstream log_;
};

TEST_F(SpoolReading, SyncsABatchBeforeItIsGivenOutAndNothingTwice) {
  const auto spool = open_spool(folder_.path(), options());
  append(*spool, 0, 2);
  append(*spool, 2, 3);
  EXPECT_EQ(all_of(*spool).size(), 2U);
  EXPECT_THAT(take_steps(), ElementsAre("appended", "appended", "to be synced", "synced"));
  const auto both = all_of(*spool);
  EXPECT_TRUE(spool->read_one(both[1].position).value());
  EXPECT_THAT(take_steps(), ElementsAre());
  append(*spool, 5, 1);
  EXPECT_EQ(all_of(*spool).size(), 3U);
  EXPECT_THAT(take_steps(), ElementsAre("appended", "to be synced", "synced"));
}

TEST_F(SpoolReading, SyncsWhatAnEarlierProcessAppended) {
  {
    append(*open_spool(folder_.path(), options()), 0, 2);
  }
  const auto spool = open_spool(folder_.path(), options());
  take_steps();
  EXPECT_EQ(all_of(*spool).size(), 1U);
  EXPECT_THAT(take_steps(), ElementsAre("to be synced", "synced"));
}

TEST_F(SpoolReading, GivesNothingOutThatIsNotSynced) {
  const auto spool = open_spool(folder_.path(), options());
  append(*spool, 0, 2);
  failing_ = "spool: to be synced";
  const auto refused = spool->read({}, 10);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(spool->read_one({0, 0}));
  failing_.clear();
  EXPECT_EQ(all_of(*spool).size(), 1U);
}

TEST_F(SpoolReading, NeverHoldsUpWhoAppendsWhileItSyncs) {
  const auto spool = open_spool(folder_.path(), options());
  append(*spool, 0, 2);
  bool appended = false;
  while_syncing_ = [&] {
    auto other = std::async(std::launch::async, [&] { append(*spool, 2, 3); });
    appended = other.wait_for(test::patience()) == std::future_status::ready;
  };
  EXPECT_EQ(all_of(*spool).size(), 1U);
  EXPECT_TRUE(appended);
  take_steps();
  EXPECT_EQ(all_of(*spool).size(), 2U);
  EXPECT_THAT(take_steps(), ElementsAre("to be synced", "synced")) << "what came meanwhile was not synced";
}

TEST_F(SpoolReading, SyncsTheNoteOfASegmentBeforeItsFilesGo) {
  const auto spool = open_spool(folder_.path(), options());
  append(*spool, 0, 2);
  settle(*spool, all_of(*spool));
  take_steps();
  failing_ = "spool: state synced";
  EXPECT_THROW(spool->tidy(Spool::Tidy::now), std::system_error);
  EXPECT_EQ(files_of(folder_.path(), ".counts").size(), 1U);
  EXPECT_EQ(spool->confirmed(0), 0U) << "its batch is still kept";
  failing_.clear();
  spool->tidy(Spool::Tidy::now);
  EXPECT_THAT(take_steps(), ElementsAre("state synced", "segments are to be removed"));
  EXPECT_TRUE(files_of(folder_.path(), ".counts").empty());
  EXPECT_EQ(spool->confirmed(0), 2U);
  EXPECT_EQ(spool->figures().appended, 2U);
}

TEST_F(SpoolReading, LosesWhatTheDiskCannotReadAndGoesOn) {
  const auto spool = open_spool(folder_.path(), {.segment_bytes = 1, .fault_point = {}});
  append(*spool, 0, 2);
  append(*spool, 2, 3);
  append(*spool, 5, 4);
  const fs::path broken = files_of(folder_.path(), ".counts").at(1);
  break_file(broken);
  keep_log();
  std::vector<SpooledBatch> found = all_of(*spool);
  for (const SpooledBatch& more : spool->read(found.back().position.next(), 10).value())
    found.push_back(more);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].batch.id.first, 0U);
  EXPECT_EQ(found[1].batch.id.first, 5U);
  EXPECT_EQ(spool->figures().dropped, 3U);
  EXPECT_EQ(spool->figures().batches, 2U);
  const std::string text = log_text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  EXPECT_THAT(text, HasSubstr(broken.filename().string()));
  EXPECT_THAT(text, HasSubstr("\"visits\":3"));

  settle(*spool, found);
  spool->tidy(Spool::Tidy::now);
  EXPECT_EQ(spool->figures().dropped, 3U) << "also when the segment has gone";
  EXPECT_EQ(spool->confirmed(0), 9U);
  EXPECT_THAT(files_of(folder_.path(), ".unreadable"),
              ElementsAre(fs::path{broken.string() + ".unreadable"}));
  EXPECT_TRUE(files_of(folder_.path(), ".counts").empty());
}

TEST_F(SpoolReading, GivesUpDetailsThatTheDiskCannotRead) {
  const auto spool = open_spool(folder_.path(), {.segment_bytes = 1, .fault_point = {}});
  append(*spool, 0, 2);
  append(*spool, 2, 1);
  const fs::path broken = files_of(folder_.path(), ".details").at(0);
  break_file(broken);
  for (int again = 0; again < 2; ++again) {
    const auto found = all_of(*spool);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_FALSE(found[0].batch.encoded_counts.empty());
    EXPECT_TRUE(found[0].batch.encoded_details.empty());
    EXPECT_FALSE(found[1].batch.encoded_details.empty());
    EXPECT_EQ(spool->figures().undetailed, 2U);
  }
  EXPECT_EQ(spool->figures().dropped, 0U);
  settle(*spool, all_of(*spool));
  spool->tidy(Spool::Tidy::now);
  EXPECT_EQ(spool->figures().undetailed, 2U);
  EXPECT_THAT(files_of(folder_.path(), ".unreadable"),
              ElementsAre(fs::path{broken.string() + ".unreadable"}));
}

TEST_F(SpoolReading, OpensWhatTheDiskCannotReadAsAWhole) {
  {
    const auto spool = open_spool(folder_.path());
    append(*spool, 0, 2);
  }
  failing_ = "spool: counts are to be read";
  keep_log();
  const auto spool = open_spool(folder_.path(), options());
  EXPECT_THAT(log_text(), HasSubstr("cannot read a part of a visit spool"));
  const auto found = all_of(*spool);
  EXPECT_EQ(found.size(), 1U) << "block by block it can be read";
  settle(*spool, found);
  spool->tidy(Spool::Tidy::now);
  EXPECT_EQ(files_of(folder_.path(), ".unreadable").size(), 1U);
}

}  // namespace
}  // namespace curt::visits
