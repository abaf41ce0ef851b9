#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "curt/base/random.hpp"
#include "curt/visits/pipeline.hpp"

#include "support/core_threads.hpp"
#include "support/fakes/fake_visit_store.hpp"
#include "support/fakes/fake_visit_stream.hpp"
#include "support/manual_clock.hpp"
#include "support/patience.hpp"
#include "support/temp_folder.hpp"
#include "support/visits/pipeline_options.hpp"
#include "support/visits/visit_batches.hpp"

namespace curt::visits {

/// A process that takes visits: a pipeline and the thread of its forwarder.
class PipelineInstance {
 public:
  PipelineInstance(VisitStore& store, VisitStream* stream, PipelineOptions options) {
    auto opened = VisitPipeline::open(store, stream, clock_, random_, metrics, threads_.executors()[0],
                                      std::move(options));
    if (!opened) throw std::runtime_error{opened.error().log};
    pipeline = std::move(*opened);
  }

  void push(std::size_t core, std::string_view code, int times) {
    for (int i = 0; i < times; ++i) pipeline->ring(core).push(test::visit_of(code));
  }
  bool stop(std::chrono::milliseconds time = test::patience()) { return pipeline->stop(Deadline::in(time)); }

 private:
  test::ManualClock clock_{test::kVisitTime + std::chrono::minutes{1}};
  SystemRandom random_;
  test::CoreThreads threads_{1};

 public:
  Metrics metrics;
  std::unique_ptr<VisitPipeline> pipeline;
};

/// Processes of one folder, with a store and a stream that do as they are told.
class PipelineFixture : public testing::Test {
 protected:
  std::unique_ptr<PipelineInstance> start(VisitStream* to = nullptr) {
    return std::make_unique<PipelineInstance>(store_, to, test::pipeline_options(folder_.path() / "visits"));
  }
  std::size_t folders() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator{folder_.path() / "visits"})
      ++count;
    return count;
  }
  std::size_t open_epochs() const {
    std::size_t count = 0;
    for (const auto& [id, report] : store_.reports()) count += report.closed ? 0 : 1;
    return count;
  }
  /// The only folder that is there.
  std::filesystem::path only_folder() const {
    return std::filesystem::directory_iterator{folder_.path() / "visits"} -> path();
  }

  test::TempFolder folder_;
  test::FakeVisitStore store_;
  test::FakeVisitStream stream_;
};

}  // namespace curt::visits
