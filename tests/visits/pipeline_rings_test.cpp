#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "curt/base/machine.hpp"

#include "support/eventually.hpp"
#include "support/metric_value.hpp"
#include "support/visits/pipeline_fixture.hpp"

// Rings in memory: where they are not to be seen they may be another's, and where they are gone that is
// shown.

namespace curt::visits {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::eventually;

class PipelinesWithRingsElsewhere : public PipelineFixture {
 protected:
  [[nodiscard]] PipelineOptions options() const {
    auto options = test::pipeline_options(folder_.path() / "visits");
    options.place.ring_parent = folder_.path() / "rings";
    return options;
  }
  std::unique_ptr<PipelineInstance> start() {
    return std::make_unique<PipelineInstance>(store_, nullptr, options());
  }

  /// Leaves the folder of a process that was killed with 500 visits, some of them only in its rings;
  /// `spooled` are in its spool.
  void leave_killed(std::uint32_t spooled = 0) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      test::FakeVisitStore away;
      away.fail_with(ErrorCode::unavailable);
      PipelineOptions slow = options();
      slow.batches.visits = spooled > 0 ? spooled : 1000;
      slow.batches.age = 1h;
      PipelineInstance instance{away, nullptr, slow};
      if (spooled > 0) {
        instance.push(0, "abc", spooled);
        const auto batches = [&] {
          return test::metric_value(instance.metrics, "curt_visit_batches_appended_total");
        };
        if (!eventually([&] { return batches() == "1"; })) ::_exit(1);
      }
      instance.push(0, "abc", 300 - spooled);
      instance.push(1, "xyz", 200);
      ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  }

  static std::string adopted(const PipelineInstance& instance) {
    return test::metric_value(instance.metrics, "curt_visit_epochs_adopted_total");
  }
  static std::string epochs(const PipelineInstance& instance) {
    return test::metric_value(instance.metrics, "curt_visit_epochs");
  }
};

TEST_F(PipelinesWithRingsElsewhere, LeaveAnEpochWhoseRingsAreElsewhereToAnInstanceThatSeesThem) {
  leave_killed(299);
  fs::rename(folder_.path() / "rings", folder_.path() / "away");
  const fs::path left = only_folder();
  const auto instance = start();
  EXPECT_TRUE(eventually([&] { return adopted(*instance) == "1" && epochs(*instance) == "1"; }));
  EXPECT_TRUE(fs::exists(left / "meta"));
  EXPECT_TRUE(eventually([&] { return open_epochs() == 2; })) << "both are told of";
  EXPECT_LT(store_.total(), 500U) << "what is in the rings";
  EXPECT_FALSE(eventually([&] { return adopted(*instance) != "1"; }, 100ms)) << "not again and again";

  fs::rename(folder_.path() / "away" / left.filename(), folder_.path() / "rings" / left.filename());
  EXPECT_TRUE(eventually([&] { return !fs::exists(left); }));
  EXPECT_TRUE(instance->stop());
  EXPECT_EQ(store_.total(), 500U);
  EXPECT_EQ(open_epochs(), 0U);
  EXPECT_TRUE(fs::is_empty(folder_.path() / "rings"));
}

TEST_F(PipelinesWithRingsElsewhere, DoNotTakeUpAnEpochThatHasNothingElse) {
  leave_killed();
  fs::rename(folder_.path() / "rings", folder_.path() / "away");
  const fs::path left = only_folder();
  const auto instance = start();
  EXPECT_TRUE(eventually([&] { return open_epochs() == 1; }));
  EXPECT_FALSE(eventually([&] { return adopted(*instance) != "0"; }, 300ms));
  EXPECT_EQ(open_epochs(), 1U) << "or each start would show it as alive";
  EXPECT_TRUE(fs::exists(left / "meta"));
  fs::rename(folder_.path() / "away" / left.filename(), folder_.path() / "rings" / left.filename());
  EXPECT_TRUE(eventually([&] { return !fs::exists(left); }));
  EXPECT_TRUE(instance->stop());
  EXPECT_EQ(store_.total(), 500U);
}

TEST_F(PipelinesWithRingsElsewhere, DoNotNeedTheRingsOfAProcessThatEmptiedThem) {
  store_.fail_with(ErrorCode::unavailable);
  {
    const auto instance = start();
    instance->push(0, "abc", 42);
    EXPECT_FALSE(instance->stop(50ms));
  }
  fs::remove_all(folder_.path() / "rings");
  const fs::path left = only_folder();
  store_.fail_with(std::nullopt);
  const auto instance = start();
  EXPECT_TRUE(eventually([&] { return !fs::exists(left); }));
  EXPECT_TRUE(instance->stop());
  EXPECT_EQ(store_.total(), 42U);
  EXPECT_EQ(open_epochs(), 0U) << "nothing was lost";
}

TEST_F(PipelinesWithRingsElsewhere, RemoveAnEpochWhoseRingsWentWithARestartOfTheMachine) {
  leave_killed();
  fs::remove_all(folder_.path() / "rings");
  const fs::path left = only_folder();
  std::string meta;
  std::getline(std::ifstream{left / "meta"}, meta, '\0');
  meta.replace(meta.find(boot_id()), boot_id().size(), "an-earlier-one");
  std::ofstream{left / "meta"} << meta;
  const auto instance = start();
  EXPECT_TRUE(eventually([&] { return !fs::exists(left); }));
  EXPECT_TRUE(instance->stop());
  EXPECT_EQ(open_epochs(), 1U) << "its loss is shown";
}

}  // namespace
}  // namespace curt::visits
