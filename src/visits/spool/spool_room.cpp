#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "curt/base/logging.hpp"
#include "curt/visits/spool/spool.hpp"

#include "visits/spool/file.hpp"
#include "visits/spool/spool_segment.hpp"
#include "visits/spool/spool_state.hpp"

// How a spool keeps within its room: where a segment begins and when it goes.

namespace curt::visits {

bool Spool::make_room(std::uint64_t more) {
  while (bytes() + more > options_.bytes) {
    if (current_ != nullptr && !current_->frames().empty() && current_->unsettled() == 0) {
      seal_current();
      const std::uint64_t before = bytes();
      note_settled();
      if (bytes() < before) continue;
    }
    if (!give_up_oldest_details()) return false;
  }
  return true;
}

bool Spool::give_up_oldest_details() {
  const auto oldest = std::find_if(segments_.begin(), segments_.end(),
                                   [](const auto& segment) { return segment->details_bytes() > 0; });
  if (oldest == segments_.end()) return false;
  SpoolSegment& segment = **oldest;
  if (&segment == current_) seal_current();
  SpoolFacts& facts = state_->facts;
  const SpoolFacts before = facts;
  std::uint64_t visits = segment.undetailed;
  for (const SpoolFrame& frame : segment.frames()) {
    if (!frame.settled && frame.details_bytes > 0) visits += frame.visits;
  }
  facts.undetailed += visits;
  facts.details_from = segment.number() + 1;
  if (auto saved = state_->save(); !saved) {
    facts = before;
    log::error("the state of the visit spool cannot be written", {{"error", saved.error().log}});
    return false;
  }
  reach(options_.fault_point, "spool: details are to be given up");
  segment.undetailed = 0;
  segment.give_up_details();
  log::warn("the spool is full: details of its oldest visits are given up",
            {{"visits", visits}, {"segment", segment.number()}});
  return true;
}

SpoolSegment& Spool::segment_to_write() {
  if (current_ != nullptr && current_->bytes() >= options_.segment_bytes) {
    seal_current();
    note_settled();
  }
  if (current_ == nullptr) {
    segments_.push_back(std::make_unique<SpoolSegment>(folder_, state_->facts.next_segment++));
    current_ = segments_.back().get();
  }
  return *current_;
}

void Spool::seal_current() noexcept {
  current_->seal();
  current_ = nullptr;
}

void Spool::note_settled() {
  SpoolFacts& facts = state_->facts;
  const SpoolFacts before = facts;
  facts.removed.fill(0);
  std::size_t count = 0;
  for (const auto& segment : noted_) facts.removed[count++] = segment->number() + 1;
  const auto goes = [&](const auto& segment) {
    return segment.get() != current_ && segment->unsettled() == 0 && count < SpoolFacts::kMostRemoved;
  };
  for (const auto& segment : segments_) {
    if (!goes(segment)) continue;
    facts.removed[count++] = segment->number() + 1;
    facts.dropped += segment->dropped;
    facts.undetailed += segment->undetailed;
    facts.appended += segment->visits();
  }
  if (count == noted_.size()) {
    facts = before;
    return;
  }
  // First the note that they were there: the ring may still hold what they had.
  if (auto saved = state_->save(); !saved) {
    facts = before;
    log::error("the state of the visit spool cannot be written", {{"error", saved.error().log}});
    return;
  }
  for (auto& segment : segments_) {
    const bool noted =
        std::find(facts.removed.begin(), facts.removed.end(), segment->number() + 1) != facts.removed.end();
    if (!noted) continue;
    if (segment.get() == reading_) reading_ = nullptr;
    segment->close();
    noted_.push_back(std::move(segment));
  }
  std::erase(segments_, nullptr);
}

void Spool::remove_noted(std::unique_lock<std::mutex>& lock) {
  const std::size_t count = noted_.size();
  if (count == 0) return;
  state_->begin_sync();
  lock.unlock();
  int error = failure_at(options_.fault_point, "spool: fdatasync of the state");
  if (error == 0) error = state_->sync();
  if (error == 0) reach(options_.fault_point, "spool: state synced");
  lock.lock();
  state_->end_sync(error);
  result<void> removed;
  if (error != 0) {
    removed = file_error("sync", folder_ / "state", error);
    // Or the next sync would have nothing to do.
    [[maybe_unused]] const result<void> saved = state_->save();
  } else {
    reach(options_.fault_point, "spool: segments are to be removed");
    for (std::size_t i = 0; i < count; ++i) {
      if (auto gone = noted_[i]->remove(); gone) {
        noted_[i].reset();
      } else {
        removed = std::move(gone);
      }
    }
    std::erase(noted_, nullptr);
  }
  if (!removed && !removal_failed_) {
    log::error("files of the visit spool cannot be removed; trying again later",
               {{"error", removed.error().log}});
  }
  removal_failed_ = !removed;
}

std::uint64_t Spool::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& segment : segments_) sum += segment->bytes();
  for (const auto& segment : noted_) sum += removal_failed_ ? segment->bytes() : 0;
  return sum;
}

}  // namespace curt::visits
