#pragma once

#include <filesystem>
#include <string_view>

#include "curt/visits/pipeline.hpp"

#include "support/visits/quick_forwarding.hpp"

namespace curt::test {

/// A pipeline of two rings in the folder with intervals as short as a test wants them. Who says that it is a
/// bot is one.
[[nodiscard]] inline visits::PipelineOptions pipeline_options(const std::filesystem::path& folder) {
  visits::PipelineOptions options;
  options.place.parent = folder;
  options.host = "test";
  options.rings = 2;
  options.ring_records = 1024;
  options.batches.visits = 5;
  options.batches.age = std::chrono::milliseconds{5};
  options.spool.segment_bytes = 2'000;
  options.spool.idle = std::chrono::milliseconds{5};
  options.forwarder = quick_forwarding();
  options.bots = [] { return [](std::string_view user_agent) { return user_agent == "bot"; }; };
  return options;
}

}  // namespace curt::test
