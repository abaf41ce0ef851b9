#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "curt/base/logging.hpp"
#include "curt/visits/spool/spool.hpp"

#include "visits/spool/file.hpp"
#include "visits/spool/spool_segment.hpp"

// How a spool gives batches back, on the disk for certain: after a loss of power the visits of a batch that
// the database has are never put into another batch.

namespace curt::visits {
namespace {

constexpr std::uint64_t kReadBytes = 4U << 20U;  ///< what read() gives at once, about
/// How many batches read() loses at once: a broken disk takes seconds for each, and append() waits.
constexpr std::size_t kMostLosses = 4;

Error unreadable(const std::exception& failure) {
  return {ErrorCode::unavailable, "visits cannot be read from the disk", failure.what()};
}

/// Says what became of visits that the disk could not read since this was made.
class Losses {
 public:
  explicit Losses(const SpoolSegment& segment)
      : segment_(segment), dropped_(segment.dropped), undetailed_(segment.undetailed) {}

  void report() const {
    if (segment_.dropped > dropped_) {
      log::error("the disk cannot read visits in the spool; they are lost",
                 {{"file", segment_.file("counts").string()}, {"visits", segment_.dropped - dropped_}});
    }
    if (segment_.undetailed > undetailed_) {
      log::error(
          "the disk cannot read details of visits in the spool; they are given up",
          {{"file", segment_.file("details").string()}, {"visits", segment_.undetailed - undetailed_}});
    }
  }

 private:
  const SpoolSegment& segment_;
  std::uint64_t dropped_;
  std::uint64_t undetailed_;
};

}  // namespace

std::optional<SpooledBatch> Spool::read_frame(SpoolSegment& segment, std::size_t index) const {
  auto counts = segment.counts_of(segment.frames()[index]);
  if (!counts) {
    segment.lose(index);
    return std::nullopt;
  }
  auto details = segment.details_of(segment.frames()[index]);
  if (!details) segment.give_up_details(index);
  const SpoolFrame& frame = segment.frames()[index];
  SpooledBatch read;
  read.position = {segment.number(), index};
  read.batch.id = {.epoch = epoch_, .ring = frame.ring, .first = frame.first, .positions = frame.positions};
  read.batch.begun_at = frame.begun_at;
  read.batch.visits = frame.visits;
  read.batch.encoded_counts = std::move(*counts);
  if (details) read.batch.encoded_details = std::move(*details);
  return read;
}

result<std::optional<SpooledBatch>> Spool::read_one(SpoolPosition position) {
  const std::lock_guard turn{turn_};
  std::unique_lock lock{mutex_};
  SpoolSegment* const segment = find(position);
  if (segment == nullptr || segment->frames()[position.index].settled) return std::nullopt;
  try {
    const Losses losses{*segment};
    std::optional<SpooledBatch> read = read_frame(*segment, position.index);
    losses.report();
    update_figures();
    if (segment->is_sealed() && segment != reading_) segment->close();
    if (!read) return std::nullopt;
    std::vector<SpooledBatch> found;
    found.push_back(std::move(*read));
    if (auto synced = sync(found, lock); !synced) return synced.error();
    if (found.empty()) return std::nullopt;
    return std::optional{std::move(found.front())};
  } catch (const std::exception& failure) {
    return unreadable(failure);
  }
}

result<std::vector<SpooledBatch>> Spool::read(SpoolPosition from, std::size_t limit) {
  const std::lock_guard turn{turn_};
  std::unique_lock lock{mutex_};
  try {
    std::vector<SpooledBatch> found;
    for (auto segment = at(from.segment); segment != segments_.end(); ++segment) {
      if ((*segment)->unsettled() == 0) continue;
      const std::size_t index = (*segment)->number() == from.segment ? from.index : 0;
      if (read_segment(**segment, index, limit, found) == More::no) break;
    }
    update_figures();
    if (auto synced = sync(found, lock); !synced) return synced.error();
    return found;
  } catch (const std::exception& failure) {
    return unreadable(failure);
  }
}

Spool::More Spool::read_segment(SpoolSegment& segment, std::size_t from, std::size_t limit,
                                std::vector<SpooledBatch>& found) {
  std::uint64_t taken = 0;
  for (const SpooledBatch& read : found) {
    taken += read.batch.encoded_counts.size() + read.batch.encoded_details.size();
  }
  std::size_t lost = 0;
  const Losses losses{segment};
  More more = More::yes;
  for (std::size_t index = std::max(from, segment.first_unsettled()); index < segment.frames().size();
       ++index) {
    if (segment.frames()[index].settled) continue;
    if (found.size() >= limit || taken >= kReadBytes || lost >= kMostLosses) {
      more = More::no;
      break;
    }
    if (reading_ != nullptr && reading_ != &segment && reading_->is_sealed()) reading_->close();
    reading_ = &segment;
    if (auto read = read_frame(segment, index)) {
      taken += read->batch.encoded_counts.size() + read->batch.encoded_details.size();
      found.push_back(std::move(*read));
    } else {
      ++lost;
    }
  }
  losses.report();
  return lost > 0 ? More::no : more;
}

void Spool::lose_unsynced(SpoolSegment& segment) {
  const Losses losses{segment};
  if (&segment == current_) seal_current();
  segment.lose_unsynced();
  losses.report();
  update_figures();
}

result<void> Spool::sync(std::vector<SpooledBatch>& batches, std::unique_lock<std::mutex>& lock) {
  struct Unsynced {
    std::uint64_t segment;
    std::uint64_t size;
    File counts;
  };
  std::vector<Unsynced> unsynced;
  bool names = false;
  const auto is_settled = [this](const SpooledBatch& batch) {
    return find(batch.position)->frames()[batch.position.index].settled;
  };
  for (const SpooledBatch& batch : batches) {
    SpoolSegment& segment = *find(batch.position);
    if (is_settled(batch) || segment.is_synced(batch.position.index)) continue;
    if (!unsynced.empty() && unsynced.back().segment == segment.number()) continue;
    auto counts = segment.counts_to_sync(options_.fault_point);
    if (!counts) return counts.error();
    if (*counts) {
      names = names || !segment.is_name_synced();
      unsynced.push_back({segment.number(), segment.counts_bytes(), std::move(**counts)});
    } else {
      lose_unsynced(segment);
    }
  }
  std::erase_if(batches, is_settled);
  if (unsynced.empty()) return {};
  lock.unlock();
  reach(options_.fault_point, "spool: to be synced");
  int error = 0;
  std::size_t done = 0;
  while (done < unsynced.size() && error == 0) {
    error = failure_at(options_.fault_point, "spool: fdatasync");
    if (error == 0) error = unsynced[done].counts.sync();
    if (error == 0) ++done;
  }
  if (names && error == 0) error = failure_at(options_.fault_point, "spool: fsync of the folder");
  if (names && error == 0) error = sync_folder(folder_);
  const bool all = error == 0;
  if (all) reach(options_.fault_point, "spool: synced");
  lock.lock();
  for (std::size_t i = 0; i < unsynced.size(); ++i) {
    const auto segment = at(unsynced[i].segment);
    if (segment == segments_.end() || (*segment)->number() != unsynced[i].segment) continue;
    if (all) (*segment)->synced(unsynced[i].size);
    if (i == done) (*segment)->sync_failed();
  }
  return all ? result<void>{} : file_error("sync", folder_, error);
}

}  // namespace curt::visits
