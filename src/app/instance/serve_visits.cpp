#include "app/instance/serve_visits.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "curt/api/routes.hpp"
#include "curt/base/logging.hpp"
#include "curt/http/request.hpp"
#include "curt/visits/bots/bot_memo.hpp"

#include "app/folders/ring_place.hpp"
#include "app/instance/serve_folders.hpp"
#include "app/wiring/options.hpp"

namespace curt::app {
namespace {

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  names.reserve(http::kMethodCount);
  for (std::size_t method = 0; method < http::kMethodCount; ++method) {
    names.emplace_back(name_of(static_cast<http::Method>(method)));
  }
  return names;
}

/// Where rings lie that have no place in the settings.
std::filesystem::path choose_ring_parent(const std::filesystem::path& data_dir, std::uint64_t needed) {
  const std::filesystem::path folder = ring_folder_in_memory();
  sweep_ring_place(folder);
  return open_ring_place(folder, gather_ring_place_facts(folder, data_dir, needed));
}

visits::EpochPlace place_of(const Settings& settings, std::size_t cores) {
  visits::EpochPlace place;
  place.parent = visits_folder(settings);
  if (settings.ring_dir) {
    place.ring_parent = *settings.ring_dir;
  } else {
    place.ring_parent = choose_ring_parent(place.parent, bytes_of_rings(settings, cores));
  }
  return place;
}

visits::PipelineOptions pipeline_options(const Settings& settings, const visits::BotDetector& bots,
                                         std::size_t cores, const visits::EpochPlace& place) {
  visits::PipelineOptions options;
  options.place = place;
  options.host = host_name();
  options.rings = cores;
  options.ring_records = settings.ring_records;
  options.batches.visits = settings.visit_batch_size;
  options.batches.age = settings.visit_batch_interval;
  options.batches.details = !settings.uses_sqlite() && settings.visit_raw_days > 0;
  options.batches.visit_ip = settings.visit_ip;
  options.spool.bytes = settings.spool_bytes;
  options.forwarder.stream_length = settings.visit_stream_length;
  options.forwarder.stream_bytes = settings.visit_stream_bytes;
  options.bots = [&bots] {
    return [memo = std::make_shared<visits::BotMemo>(bots)](std::string_view agent) {
      return memo->is_bot(agent);
    };
  };
  if (settings.access_log) {
    options.lines = [](std::string_view lines) { log::write_lines(lines); };
    options.line_format =
        log::format() == log::Format::json ? visits::AccessLineFormat::json : visits::AccessLineFormat::text;
  }
  options.method_names = method_names();
  options.route_names = api::names_of(api::routes());
  return options;
}

}  // namespace

std::uint64_t bytes_of_rings(const Settings& settings, std::size_t cores) {
  constexpr std::uint64_t kRecord = 1024;  // bytes; a ring begins with four times that
  return cores * (settings.ring_records + std::uint64_t{4}) * kRecord;
}

result<std::unique_ptr<ServeVisits>> ServeVisits::open(const Settings& settings, const Parts& parts,
                                                       std::size_t cores) {
  // A SQLite file has one instance, which writes its visits by itself: no worker could.
  result<OpenVisitStream> stream = OpenVisitStream{};
  if (!settings.uses_sqlite()) stream = open_visit_stream(settings, parts.ground.clock, parts.ground.metrics);
  if (!stream) return stream.error();
  std::unique_ptr<ServeVisits> visits{new ServeVisits{std::move(*stream), parts.ground.clock}};
  if (visits->stream_.redis) {
    const std::array executors{visits->thread_.executor()};
    visits->stream_.redis->start(executors);
  }
  visits::EpochPlace place = place_of(settings, cores);
  const auto open = [&] {
    return visits::VisitPipeline::open(parts.store, visits->stream_.stream.get(), parts.ground.clock,
                                       parts.ground.random, parts.ground.metrics, visits->thread_.executor(),
                                       pipeline_options(settings, parts.bots, cores, place));
  };
  auto pipeline = open();
  const bool chose_memory = !settings.ring_dir && !place.ring_parent.empty();
  if (!pipeline && chose_memory) {  // another process may have taken the room there meanwhile
    note_rings_in_data_folder(log::Level::info, pipeline.error().log);
    place.ring_parent.clear();
    pipeline = open();
  }
  if (!pipeline) return pipeline.error();
  visits->pipeline_ = std::move(*pipeline);
  visits->start_work(settings, parts);
  return visits;
}

void ServeVisits::start_work(const Settings& settings, const Parts& parts) {
  const Executor executor = thread_.executor();
  if (settings.with_worker) {
    visits::WorkerOptions options;
    options.name = worker_name(parts.ground.random);
    worker_.emplace(*stream_.stream, parts.store, parts.ground.metrics, executor, std::move(options));
    worker_->start();
  }
  // Where there are workers it is up to them.
  if (settings.with_worker || !stream_.stream) {
    visits::MaintenanceTimer::Options options;
    options.retention = retention(settings);
    maintenance_.emplace(parts.store, executor, options);
    maintenance_->start();
  }
}

ServeVisits::~ServeVisits() {
  if (!stopped_) stop(Deadline::in(std::chrono::seconds{0}));
}

std::vector<visits::RequestRing*> ServeVisits::rings() const {
  std::vector<visits::RequestRing*> all;
  all.reserve(pipeline_->rings());
  for (std::size_t core = 0; core < pipeline_->rings(); ++core) all.push_back(&pipeline_->ring(core));
  return all;
}

api::VisitHealth ServeVisits::health() const {
  const visits::Forwarder::State state = pipeline_->state();
  api::VisitHealth health;
  health.handing_on = state.delivering;
  health.keeping = pipeline_->is_keeping();
  health.longest_lag = visits::kLongestLag;
  health.in_flight = state.visits;
  health.spool_bytes = state.spool_bytes;
  const Timestamp now = clock_.now();
  if (state.pending_since && *state.pending_since < now) {
    health.lag = std::chrono::floor<std::chrono::seconds>(now - *state.pending_since);
  }
  return health;
}

void ServeVisits::stop(Deadline deadline) {
  stopped_ = true;
  if (maintenance_) maintenance_->stop();
  // The worker runs until the pipeline has ended: it may be the one that applies what the pipeline delivers.
  if (pipeline_ && !pipeline_->stop(deadline)) {
    log::warn("visits are left for the next process to deliver");
  }
  worker_.reset();
  maintenance_.reset();
  if (stream_.redis) stream_.redis->stop();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.remaining());
  thread_.stop(std::min<std::chrono::milliseconds>(BackgroundThread::kGoodbye, left));
}

}  // namespace curt::app
