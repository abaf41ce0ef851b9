#include "visits/drain/ring_drain.hpp"

#include <algorithm>

namespace curt::visits {
namespace {

/// The pusher is told of room now and then while much is read.
constexpr std::uint64_t kSettleEvery = 256;

/// How far ahead records are fetched; they come from the other core's cache or from memory.
constexpr std::uint64_t kFetchAhead = 4;

}  // namespace

bool RingDrain::is_bot(const RequestRecord& record, const IsBot& ask) {
  if ((record.use & kUnjudged) != 0) return false;
  if (record.user_agent != last_user_agent_) {
    last_user_agent_ = record.user_agent;
    last_is_bot_ = ask(record.user_agent);
  }
  return last_is_bot_;
}

bool RingDrain::append_pending(const Append& append) {
  if (pending_ && append(*pending_)) pending_.reset();
  return !pending_;
}

bool RingDrain::close(const Append& append) {
  pending_ = batcher_.close();
  return append_pending(append);
}

void RingDrain::settle() {
  std::uint64_t through = position_;
  std::int64_t since = kNone;
  if (pending_) {
    through = pending_->id.first;
    since = pending_->begun_at.time_since_epoch().count();
  } else if (!batcher_.empty()) {
    through = batcher_.first();
    since = batcher_.begun_at().time_since_epoch().count();
  }
  pending_since_.store(since, std::memory_order_relaxed);
  if (through != ring_.begin()) ring_.free(through);
}

void RingDrain::run_lines_ahead(std::uint64_t end, const Line& line) {
  RequestRecord record;
  for (lines_through_ = std::max(lines_through_, position_);
       lines_through_ < end && ring_.read(lines_through_, record); ++lines_through_) {
    if ((record.use & kAccessLine) != 0) line(record);
  }
}

RingDrain::Taken RingDrain::take(const IsBot& ask, const Append& append, const Line& line, bool all) {
  Taken taken;
  const std::uint64_t end = ring_.begin() + ring_.size();
  const clock::time_point now = clock::now();
  // A batch must not keep so much of a small ring that there is no room until it is old enough.
  const std::uint64_t most_kept = ring_.capacity() / 2;
  bool flows = append_pending(append);
  RequestRecord record;
  while (flows && position_ < end && ring_.read(position_, record)) {
    const std::uint64_t position = position_++;
    if (position + kFetchAhead < end) ring_.fetch(position + kFetchAhead);
    ++taken.records;
    if ((record.use & kAccessLine) != 0 && position >= lines_through_) line(record);
    if ((record.use & kVisit) != 0) {
      const bool bot = is_bot(record, ask);
      ++(bot ? taken.bots : taken.humans);
      batcher_.add(position, record, bot, now);
    }
    if (!batcher_.empty() && (batcher_.full() || position - batcher_.first() >= most_kept)) {
      flows = close(append);
    }
    if (position_ % kSettleEvery == 0) settle();
  }
  if (flows && !batcher_.empty() && (all || batcher_.due(now))) flows = close(append);
  if (!flows) run_lines_ahead(end, line);
  settle();
  return taken;
}

}  // namespace curt::visits
