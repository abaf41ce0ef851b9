#include "visits/drain/drain_thread.hpp"

#include <algorithm>
#include <utility>

#include <pthread.h>

#include "curt/base/logging.hpp"

namespace curt::visits {
namespace {

using namespace std::chrono_literals;

/// How long a record may wait in a ring of an idle server, and the shortest pause of a busy one.
constexpr std::chrono::microseconds kLongestPause = 10ms;
constexpr std::chrono::microseconds kShortestPause = 500us;

/// Lines are written when there are this many bytes of them.
constexpr std::size_t kLineBytes = 64 * 1024;

/// Pause between two attempts while the sink fails.
constexpr auto kTryAgain = 100ms;

}  // namespace

Drain::Thread::Thread(const std::vector<RequestRing*>& rings, BatchSink& sink, DrainOptions options,
                      Metrics& metrics)
    : sink_(sink),
      options_(std::move(options)),
      metrics_(metrics),
      lines_(options_.line_format, std::move(options_.method_names), std::move(options_.route_names)),
      rings_(rings),
      append_([this](const EncodedBatch& batch) { return append(batch); }),
      line_([this](const RequestRecord& record) { write_line(record); }),
      pause_(kLongestPause) {
  register_ring_metrics(metrics, rings);
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const auto number = static_cast<std::uint16_t>(i);
    batchers_.push_back(std::make_unique<Batcher>(options_.epoch, number, options_.batches));
    const std::uint64_t begin = std::max(rings[i]->begin(), sink.appended_through(number));
    drains_.push_back(std::make_unique<RingDrain>(*rings[i], begin, *batchers_.back()));
  }
  thread_ = std::thread{[this] { run(); }};
  ::pthread_setname_np(thread_.native_handle(), "visit drain");
}

void Drain::Thread::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  flushed_.notify_all();
}

bool Drain::Thread::flush(Deadline deadline) {
  std::unique_lock lock{mutex_};
  if (stopping_) return false;
  const std::uint64_t mine = ++asked_;
  wake_.notify_one();
  flushed_.wait_until(lock, deadline.at(), [&] { return done_ >= mine || stopping_; });
  return done_ >= mine;
}

std::optional<Timestamp> Drain::Thread::pending_since() const {
  std::int64_t oldest = RingDrain::kNone;
  for (const auto& drain : drains_) oldest = std::min(oldest, drain->pending_since());
  if (oldest == RingDrain::kNone) return std::nullopt;
  return Timestamp{std::chrono::milliseconds{oldest}};
}

void Drain::Thread::write_line(const RequestRecord& record) {
  if (!options_.lines) return;
  lines_.append(record, written_);
  if (written_.size() >= kLineBytes) write_lines();
}

void Drain::Thread::write_lines() {
  if (written_.empty()) return;
  options_.lines(written_);
  written_.clear();
}

bool Drain::Thread::append(const EncodedBatch& batch) {
  const auto begin = clock::now();
  if (trouble_ && begin < next_try_) return false;
  const auto appended = sink_.append(batch);
  const auto end = clock::now();
  if (!appended) {
    metrics_.errors.add();
    next_try_ = end + kTryAgain;
    if (!trouble_.exchange(true)) {
      const Error& error = appended.error();
      log::error(
          "visits cannot be kept on the disk; they wait in their rings, and are lost where these are full",
          {{"batch", batch.id.str()}, {"error", log_text(error)}});
    }
    return false;
  }
  if (trouble_.exchange(false)) log::info("visits are kept on the disk again");
  metrics_.appended.add();
  metrics_.batch_size.observe(batch.visits);
  metrics_.append_time.observe(end - begin);
  return true;
}

bool Drain::Thread::pass(bool all) {
  bool settled = true;
  bool crowded = false;
  std::uint64_t humans = 0;
  std::uint64_t bots = 0;
  for (std::size_t i = 0; i < drains_.size(); ++i) {
    const RingDrain::Taken taken = drains_[i]->take(options_.is_bot, append_, line_, all);
    humans += taken.humans;
    bots += taken.bots;
    settled = settled && drains_[i]->settled();
    crowded = crowded || taken.records > rings_[i]->capacity() / 4;
  }
  write_lines();
  metrics_.humans.add(humans);
  metrics_.bots.add(bots);
  adapt_pause(crowded);
  return settled;
}

void Drain::Thread::adapt_pause(bool crowded) {
  pause_ = std::clamp(crowded ? pause_ / 2 : pause_ * 2, kShortestPause, kLongestPause);
}

void Drain::Thread::run() {
  std::uint64_t seen = 0;
  for (bool stopping = false; !stopping;) {
    std::uint64_t done = 0;
    {
      std::unique_lock lock{mutex_};
      wake_.wait_for(lock, pause_, [&] { return stopping_ || asked_ != seen; });
      seen = asked_;
      done = done_;
      stopping = stopping_;
    }
    if (stopping) next_try_ = {};
    const bool all = stopping || seen != done;
    const bool settled = pass(all);
    if (!all) continue;
    if (settled) {
      const std::lock_guard lock{mutex_};
      done_ = seen;
      flushed_.notify_all();
    } else if (stopping) {
      log::warn("visits stay in their rings; the next process takes them from there");
    }
  }
}

}  // namespace curt::visits
