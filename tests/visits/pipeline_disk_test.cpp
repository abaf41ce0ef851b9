#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include <gtest/gtest.h>

#include "curt/base/logging.hpp"
#include "curt/base/machine.hpp"
#include "curt/visits/pipeline.hpp"

#include "support/eventually.hpp"
#include "support/metric_value.hpp"
#include "support/visits/pipeline_fixture.hpp"
#include "visits/ring/request_ring_layout.hpp"

// A disk that holds an older state than the one whose visits were counted: after a loss of power, or where a
// volume was put back. Visits may be missing, in a number that is shown; none is counted twice.

namespace curt::visits {
namespace {

namespace fs = std::filesystem;
using test::eventually;

class PipelinesOnAnOldDisk : public PipelineFixture {
 protected:
  fs::path aside() const { return folder_.path() / "aside"; }

  /// Copies the folder of a process that lives, which may remove a file of its spool meanwhile.
  void copy_aside(const fs::path& folder) const {
    ASSERT_TRUE(eventually([&] {
      std::error_code failed;
      fs::remove_all(aside());
      fs::copy(folder, aside(), fs::copy_options::recursive, failed);
      return !failed;
    }));
  }

  /// A process that has five visits counted, whose folder is copied then, and 400 more. It ends without
  /// stop(), or with `news` visits in its ring and its spool that the database does not have.
  void leave_with_copy(int news = 0) {
    const auto instance = start();
    instance->push(0, "abc", 5);
    ASSERT_TRUE(eventually([&] { return store_.total() == 5; }));
    ASSERT_NO_FATAL_FAILURE(copy_aside(only_folder()));
    instance->push(0, "abc", 400);
    ASSERT_TRUE(eventually([&] { return store_.total() == 405; }));
    if (news == 0) return;
    store_.fail_with(ErrorCode::unavailable);
    instance->push(0, "abc", news);
    instance->stop(std::chrono::milliseconds{50});
  }

  /// The ring's slots stay as they are, its header and the spool are those of the copy.
  void put_header_and_spool_back() {
    const fs::path left = only_folder();
    std::string header(kRingHeaderBytes, '\0');
    std::ifstream{aside() / "ring-0", std::ios::binary}.read(header.data(),
                                                             static_cast<std::streamsize>(header.size()));
    std::fstream ring{left / "ring-0", std::ios::in | std::ios::out | std::ios::binary};
    ring.write(header.data(), static_cast<std::streamsize>(header.size()));
    ring.close();
    fs::remove_all(left / "spool");
    fs::copy(aside() / "spool", left / "spool", fs::copy_options::recursive);
  }

  void put_all_back(const fs::path& name) {
    fs::remove_all(name);
    fs::copy(aside(), name, fs::copy_options::recursive);
  }

  /// A process that makes batches of another size, so that it cuts a ring elsewhere.
  std::unique_ptr<PipelineInstance> start_again() {
    auto options = test::pipeline_options(folder_.path() / "visits");
    options.batches.visits = 7;
    return std::make_unique<PipelineInstance>(store_, nullptr, std::move(options));
  }

  EpochReport report_of(const fs::path& folder) {
    return store_.reports().at(*EpochId::parse(folder.filename().string()));
  }
};

TEST_F(PipelinesOnAnOldDisk, CountNothingTwiceByAnOlderHeaderAndSpool) {
  ASSERT_NO_FATAL_FAILURE(leave_with_copy());
  const fs::path left = only_folder();
  put_header_and_spool_back();
  const auto instance = start_again();
  EXPECT_TRUE(eventually([&] { return !fs::exists(left); }));
  EXPECT_TRUE(instance->stop());
  EXPECT_EQ(store_.total(), 405U);
  EXPECT_EQ(store_.given_up(), 0U);
  EXPECT_TRUE(report_of(left).closed);
}

TEST_F(PipelinesOnAnOldDisk, CountWhatIsNewInARingWithAnOlderHeader) {
  ASSERT_NO_FATAL_FAILURE(leave_with_copy(10));
  const fs::path left = only_folder();
  put_header_and_spool_back();
  store_.fail_with(std::nullopt);
  const auto instance = start_again();
  EXPECT_TRUE(eventually([&] { return !fs::exists(left); }));
  EXPECT_TRUE(instance->stop());
  EXPECT_EQ(store_.total(), 415U);
  EXPECT_EQ(store_.given_up(), 0U);
}

TEST_F(PipelinesOnAnOldDisk, TakeNothingFromAFolderBeforeTheDatabaseSaysWhatItHasSeen) {
  ASSERT_NO_FATAL_FAILURE(leave_with_copy(10));
  const fs::path left = only_folder();
  put_header_and_spool_back();
  const auto instance = start_again();  // the database is still away
  EXPECT_TRUE(eventually(
      [&] { return test::metric_value(instance->metrics, "curt_visit_epochs_adopted_total") == "1"; }));
  instance->push(0, "abc", 3);
  EXPECT_TRUE(eventually([&] { return instance->pipeline->reports().at(0).accepted == 3; }));
  EXPECT_EQ(instance->pipeline->reports().size(), 1U) << "nobody knows yet what of the other one is counted";
  store_.fail_with(std::nullopt);
  EXPECT_TRUE(eventually([&] { return !fs::exists(left); }));
  EXPECT_TRUE(instance->stop());
  EXPECT_EQ(store_.total(), 418U);
}

TEST_F(PipelinesOnAnOldDisk, CountNothingTwiceByAnOlderCopyOfAWholeFolder) {
  ASSERT_NO_FATAL_FAILURE(leave_with_copy());
  const fs::path left = only_folder();
  put_all_back(left);
  const auto instance = start_again();
  EXPECT_TRUE(eventually([&] { return !fs::exists(left); }));
  EXPECT_TRUE(instance->stop());
  EXPECT_EQ(store_.total(), 405U);
}

TEST_F(PipelinesOnAnOldDisk, CountNothingTwiceByACopyOfAnEpochThatHasClosed) {
  fs::path left;
  {
    const auto instance = start();
    instance->push(0, "abc", 5);
    ASSERT_TRUE(eventually([&] { return store_.total() == 5; }));
    left = only_folder();
    store_.fail_with(ErrorCode::unavailable);
    instance->push(0, "abc", 300);
    ASSERT_TRUE(eventually([&] { return instance->pipeline->state().visits == 300; }));
    ASSERT_NO_FATAL_FAILURE(copy_aside(left));
    store_.fail_with(std::nullopt);
    ASSERT_TRUE(instance->stop());
  }
  ASSERT_EQ(store_.total(), 305U);
  put_all_back(left);
  const auto instance = start_again();
  EXPECT_TRUE(eventually([&] { return !fs::exists(left); }));
  EXPECT_TRUE(instance->stop());
  EXPECT_EQ(store_.total(), 305U);
}

TEST_F(PipelinesOnAnOldDisk, SayHowManyVisitsOfASpoolThatIsGoneAreMissing) {
  {
    store_.fail_with(ErrorCode::unavailable);
    const auto instance = start();
    instance->push(0, "abc", 42);
    instance->stop(std::chrono::milliseconds{50});
  }
  const fs::path left = only_folder();
  for (const auto& file : fs::directory_iterator{left / "spool"}) {
    if (file.path().extension() == ".counts") fs::remove(file.path());
  }
  store_.fail_with(std::nullopt);
  const auto instance = start();
  EXPECT_TRUE(eventually([&] { return !fs::exists(left); }));
  EXPECT_EQ(store_.total(), 0U);
  EXPECT_EQ(report_of(left).accepted, 42U);
  EXPECT_TRUE(
      eventually([&] { return test::metric_value(instance->metrics, "curt_visits_dropped_total") == "42"; }));
  EXPECT_TRUE(instance->stop());
}

TEST_F(PipelinesOnAnOldDisk, SayThatTheMachineWasRestartedBeforeAllWasDelivered) {
  std::ostringstream log;
  log::configure(log::Format::json, log::Level::info, log);
  store_.fail_with(ErrorCode::unavailable);
  {
    const auto instance = start();
    instance->push(0, "abc", 5);
  }
  const fs::path left = only_folder();
  std::string meta;
  std::getline(std::ifstream{left / "meta"}, meta, '\0');
  meta.replace(meta.find(boot_id()), boot_id().size(), "an-earlier-one");
  std::ofstream{left / "meta"} << meta;
  store_.fail_with(std::nullopt);
  {
    const auto instance = start();
    EXPECT_TRUE(eventually([&] { return !fs::exists(left); }));
    EXPECT_TRUE(instance->stop());
  }
  log::configure(log::Format::text, log::Level::info, log::Stream::err);
  EXPECT_NE(log.str().find("the machine was restarted before"), std::string::npos) << log.str();
  EXPECT_EQ(store_.total(), 5U);
}

TEST_F(PipelinesOnAnOldDisk, LeaveAFolderAloneThatTheDatabaseHasForgotten) {
  {
    store_.fail_with(ErrorCode::unavailable);
    const auto instance = start();
    instance->push(0, "abc", 5);
    instance->stop(std::chrono::milliseconds{50});
  }
  const fs::path left = only_folder();
  store_.fail_with(std::nullopt);
  store_.forget_before(test::kVisitTime + std::chrono::hours{1});
  const auto instance = start();
  EXPECT_TRUE(eventually([&] {
    return test::metric_value(instance->metrics, "curt_visit_epochs_adopted_total") == "1" &&
           test::metric_value(instance->metrics, "curt_visit_epochs") == "1";
  }));
  EXPECT_TRUE(instance->stop());
  EXPECT_TRUE(fs::exists(left / "ring-0"));
  EXPECT_EQ(store_.total(), 0U);
  EXPECT_FALSE(store_.reports().contains(*EpochId::parse(left.filename().string())));
}

}  // namespace
}  // namespace curt::visits
