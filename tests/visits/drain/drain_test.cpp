#include "curt/visits/drain/drain.hpp"

#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "curt/base/logging.hpp"

#include "support/eventually.hpp"
#include "support/fakes/fake_batch_sink.hpp"
#include "support/metric_value.hpp"
#include "support/patience.hpp"
#include "support/temp_folder.hpp"
#include "support/visits/some_record.hpp"

namespace curt::visits {
namespace {

using namespace std::chrono_literals;
using curt::test::eventually;
using curt::test::metric_value;
using test::FakeBatchSink;
using test::some_record;

class DrainTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"ring-0", "ring-1"}) {
      auto ring = RequestRing::create(folder_.path() / name, 256);
      rings_.push_back(std::move(ring.value()));
    }
    options_.batches.age = 1h;
    options_.is_bot = [](std::string_view agent) { return agent == "bot"; };
    options_.lines = [this](std::string_view lines) {
      const std::lock_guard lock{mutex_};
      lines_ += lines;
    };
    options_.line_format = AccessLineFormat::text;
    options_.method_names = {"GET"};
    options_.route_names = {"none", "redirect"};
  }

  std::unique_ptr<Drain> drain() {
    return std::make_unique<Drain>(std::vector<RequestRing*>{rings_[0].get(), rings_[1].get()}, sink_,
                                   options_, metrics_);
  }
  void push(std::size_t ring, std::string_view code, std::uint8_t use = kVisit | kAccessLine,
            std::string_view agent = "Mozilla") {
    RequestRecord record = some_record();
    record.code = code;
    record.use = use;
    record.user_agent = agent;
    rings_[ring]->push(record);
  }
  std::size_t lines() {
    const std::lock_guard lock{mutex_};
    return static_cast<std::size_t>(std::count(lines_.begin(), lines_.end(), '\n'));
  }

  curt::test::TempFolder folder_;
  Metrics metrics_;
  std::vector<std::unique_ptr<RequestRing>> rings_;
  FakeBatchSink sink_;
  DrainOptions options_;
  std::mutex mutex_;
  std::string lines_;
};

TEST_F(DrainTest, DeliversEverythingWhenItIsFlushed) {
  const auto drain = this->drain();
  for (int i = 0; i < 5; ++i) push(0, "abc");
  push(1, "xyz", kVisit, "bot");
  push(1, "", kAccessLine);
  ASSERT_TRUE(drain->flush(Deadline::in(curt::test::patience())));
  EXPECT_EQ(sink_.visits(), (std::map<std::string, std::uint64_t>{{"abc", 5}, {"xyz", 1}}));
  EXPECT_EQ(sink_.broken(), 0U);
  EXPECT_EQ(rings_[0]->size() + rings_[1]->size(), 0U);
  EXPECT_EQ(lines(), 6U);
  EXPECT_EQ(drain->pending_since(), std::nullopt);
}

TEST_F(DrainTest, JudgesTheUserAgentOfAGetAlone) {
  const auto drain = this->drain();
  push(0, "abc", kVisit, "bot");
  push(0, "abc", kVisit | kUnjudged, "bot");
  push(0, "abc", kVisit, "bot");
  push(0, "abc", kVisit | kUnjudged, "Mozilla");
  ASSERT_TRUE(drain->flush(Deadline::in(curt::test::patience())));
  std::uint64_t bots = 0;
  for (const Batch& batch : sink_.batches()) {
    for (const VisitCount& count : batch.counts) bots += count.bots;
  }
  EXPECT_EQ(bots, 2U);
  EXPECT_EQ(sink_.total(), 4U);
}

TEST_F(DrainTest, DeliversEverythingWhenItEnds) {
  {
    const auto drain = this->drain();
    for (int i = 0; i < 100; ++i) push(static_cast<std::size_t>(i % 2), "abc");
  }
  EXPECT_EQ(sink_.total(), 100U);
  EXPECT_EQ(lines(), 100U);
}

TEST_F(DrainTest, ClosesBatchesByThemselvesAtTheirAge) {
  options_.batches.age = 1ms;
  const auto drain = this->drain();
  push(0, "abc");
  EXPECT_TRUE(eventually([&] { return sink_.total() == 1; }));
  EXPECT_TRUE(eventually([&] { return rings_[0]->size() == 0; }));
}

TEST_F(DrainTest, ClosesBatchesAtTheirNumberOfVisits) {
  options_.batches.visits = 10;
  for (int i = 0; i < 25; ++i) push(0, "abc");
  const auto drain = this->drain();
  ASSERT_TRUE(eventually([&] { return sink_.batches().size() == 2; }));
  EXPECT_EQ(sink_.total(), 20U);
  EXPECT_TRUE(eventually([&] { return rings_[0]->size() == 5; }))
      << "what the sink has not taken is not freed";
  EXPECT_EQ(drain->pending_since(), some_record().at);
}

TEST_F(DrainTest, ClosesABatchThatKeepsHalfOfItsRing) {
  const auto drain = this->drain();
  push(0, "abc");
  for (int i = 0; i < 128; ++i) push(0, "", kAccessLine);
  EXPECT_TRUE(eventually([&] { return sink_.total() == 1; })) << "long before its age";
  EXPECT_TRUE(eventually([&] { return rings_[0]->size() == 0; }));
}

TEST_F(DrainTest, FreesLinesWithoutABatch) {
  const auto drain = this->drain();
  for (int i = 0; i < 50; ++i) push(0, "", kAccessLine);
  EXPECT_TRUE(eventually([&] { return rings_[0]->size() == 0 && lines() == 50; }));
  EXPECT_EQ(sink_.attempts(), 0U);
}

TEST_F(DrainTest, TriesAgainWhileTheSinkFailsAndWritesLinesOnceOnly) {
  std::ostringstream log;
  log::configure(log::Format::json, log::Level::info, log);
  {
    sink_.fail(true);
    options_.batches.visits = 10;
    const auto drain = this->drain();
    for (int i = 0; i < 35; ++i) push(0, "abc");
    push(1, "xyz");
    EXPECT_FALSE(drain->flush(Deadline::in(1ms)));
    ASSERT_TRUE(eventually([&] { return sink_.attempts() >= 3; }));
    EXPECT_FALSE(drain->is_keeping());
    EXPECT_TRUE(eventually([&] { return lines() == 36; })) << "lines do not wait for the sink";
    EXPECT_EQ(rings_[0]->size(), 35U) << "nothing is freed that the sink has not";
    EXPECT_EQ(drain->pending_since(), some_record().at);
    sink_.fail(false);
    EXPECT_TRUE(drain->flush(Deadline::in(curt::test::patience())));
    EXPECT_TRUE(drain->is_keeping());
    EXPECT_EQ(sink_.visits(), (std::map<std::string, std::uint64_t>{{"abc", 35}, {"xyz", 1}}));
    EXPECT_EQ(lines(), 36U);
    EXPECT_NE(metric_value(metrics_, "curt_visit_append_errors_total"), "0");
  }
  log::configure(log::Format::text, log::Level::info, log::Stream::err);
  const std::string text = log.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
  EXPECT_NE(text.find("no room"), std::string::npos) << text;
  EXPECT_NE(text.find("again"), std::string::npos) << text;
}

TEST_F(DrainTest, LeavesInTheRingWhatTheSinkDoesNotTakeAtTheEnd) {
  sink_.fail(true);
  {
    const auto drain = this->drain();
    push(0, "abc");
    push(0, "abc");
  }
  EXPECT_EQ(rings_[0]->begin(), 0U);
  EXPECT_EQ(rings_[0]->size(), 2U);
}

TEST_F(DrainTest, BeginsBehindWhatTheSinkAlreadyHas) {
  for (int i = 0; i < 10; ++i) push(0, "abc");
  Batch batch;
  batch.id = {.epoch = {}, .ring = 0, .first = 0, .positions = 6};
  batch.counts = {{.code = ShortCode::from_valid("abc"), .hour = 0, .humans = 6, .bots = 0}};
  ASSERT_TRUE(sink_.append(encode(batch)));
  const auto drain = this->drain();
  ASSERT_TRUE(drain->flush(Deadline::in(curt::test::patience())));
  EXPECT_EQ(sink_.total(), 10U) << "no visit twice";
  EXPECT_EQ(sink_.batches().back().id.first, 6U);
}

TEST_F(DrainTest, WritesNoLinesWhereThereIsNoAccessLog) {
  options_.lines = nullptr;
  const auto drain = this->drain();
  push(0, "abc");
  EXPECT_TRUE(drain->flush(Deadline::in(curt::test::patience())));
  EXPECT_EQ(sink_.total(), 1U);
}

TEST_F(DrainTest, WritesBigBatchesInPiecesOfWholeLines) {
  std::vector<std::string> pieces;
  options_.lines = [&](std::string_view lines) { pieces.emplace_back(lines); };
  const std::string path(320, 'p');
  const std::string agent(240, 'a');
  for (int i = 0; i < 190; ++i) {
    RequestRecord record = some_record();
    record.path = path;
    record.user_agent = agent;
    rings_[0]->push(record);
  }
  drain().reset();
  ASSERT_EQ(pieces.size(), 2U);
  for (const std::string& piece : pieces) {
    EXPECT_EQ(piece.back(), '\n');
    EXPECT_LT(piece.size(), 70'000U);
  }
}

TEST_F(DrainTest, ShowsWhatItDoes) {
  for (int i = 0; i < 300; ++i) push(0, "abc", kVisit);
  push(1, "xyz", kVisit, "bot");
  {
    const auto drain = this->drain();
    ASSERT_TRUE(drain->flush(Deadline::in(curt::test::patience())));
  }
  push(1, "xyz");
  EXPECT_EQ(metric_value(metrics_, R"(curt_visit_ring_records{core="0"})"), "0");
  EXPECT_EQ(metric_value(metrics_, R"(curt_visit_ring_records{core="1"})"), "1");
  EXPECT_EQ(metric_value(metrics_, R"(curt_visit_ring_lost_total{core="0",kind="visit"})"), "44");
  EXPECT_EQ(metric_value(metrics_, R"(curt_visit_ring_lost_total{core="1",kind="access_line"})"), "0");
  EXPECT_EQ(metric_value(metrics_, "curt_access_log_lost_total"), "0");
  EXPECT_EQ(metric_value(metrics_, R"(curt_visits_total{kind="human"})"), "256");
  EXPECT_EQ(metric_value(metrics_, R"(curt_visits_total{kind="bot"})"), "1");
  EXPECT_EQ(metric_value(metrics_, "curt_visit_batch_size_sum"), "257");
  EXPECT_EQ(metric_value(metrics_, "curt_visit_batch_size_count"),
            metric_value(metrics_, "curt_visit_batches_appended_total"));
  EXPECT_EQ(metric_value(metrics_, "curt_visit_append_errors_total"), "0");
}

}  // namespace
}  // namespace curt::visits
