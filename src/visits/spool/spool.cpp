#include "curt/visits/spool/spool.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "curt/base/logging.hpp"

#include "visits/spool/file.hpp"
#include "visits/spool/spool_segment.hpp"
#include "visits/spool/spool_state.hpp"

namespace curt::visits {
namespace {

constexpr std::uint64_t kMostSegmentBytes = 8U << 20U;
constexpr std::uint64_t kLeastSegmentBytes = 64U << 10U;

Error refused(std::string why) {
  return {ErrorCode::unavailable, "visits cannot be kept on the disk", std::move(why)};
}

SpoolOptions with_defaults(SpoolOptions options) {
  if (options.segment_bytes == 0) {
    options.segment_bytes = std::clamp(options.bytes / 16, kLeastSegmentBytes, kMostSegmentBytes);
  }
  return options;
}

/// The number in the name of a segment's file; nothing if it is another file.
std::optional<std::uint64_t> segment_number(const std::filesystem::path& file, std::string_view extension) {
  const std::string name = file.stem().string();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (file.extension() != extension || error != std::errc{} || end != name.data() + name.size()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

result<std::unique_ptr<Spool>> Spool::open(const std::filesystem::path& folder, EpochId epoch,
                                           SpoolOptions options) {
  try {
    std::filesystem::create_directories(folder);
    auto state = SpoolState::open(folder / "state");
    if (!state) return state.error();
    std::unique_ptr<Spool> spool{
        new Spool{folder, epoch, std::move(*state), with_defaults(std::move(options))}};
    if (auto recovered = spool->recover(); !recovered) return recovered.error();
    return spool;
  } catch (const std::exception& failure) {
    return refused(failure.what());
  }
}

Spool::Spool(std::filesystem::path folder, EpochId epoch, SpoolState state, SpoolOptions options)
    : folder_(std::move(folder)),
      epoch_(epoch),
      options_(std::move(options)),
      state_(std::make_unique<SpoolState>(std::move(state))) {}

Spool::~Spool() = default;

result<void> Spool::recover() {
  std::set<std::uint64_t> numbers;
  std::vector<std::filesystem::path> details;
  for (const auto& entry : std::filesystem::directory_iterator{folder_}) {
    if (const auto number = segment_number(entry.path(), ".counts")) numbers.insert(*number);
    if (segment_number(entry.path(), ".details")) details.push_back(entry.path());
  }
  for (const auto& file : details) {  // of a segment whose removal was cut short
    if (!numbers.contains(*segment_number(file, ".details"))) std::filesystem::remove(file);
  }
  std::unique_lock lock{mutex_};
  SpoolFacts& facts = state_->facts;
  for (const std::uint64_t number : numbers) {
    auto segment = std::make_unique<SpoolSegment>(folder_, number);
    if (std::find(facts.removed.begin(), facts.removed.end(), number + 1) != facts.removed.end()) {
      noted_.push_back(std::move(segment));
      continue;
    }
    const auto kept =
        number < facts.details_from ? SpoolSegment::Details::given_up : SpoolSegment::Details::kept;
    if (auto read = segment->recover(epoch_, kept, options_.fault_point); !read) return read;
    for (const SpoolFrame& frame : segment->frames()) {
      std::uint64_t& through = facts.through[frame.ring];
      through = std::max(through, frame.first + frame.positions);
    }
    facts.next_segment = std::max(facts.next_segment, number + 1);
    segments_.push_back(std::move(segment));
  }
  note_settled();
  remove_noted(lock);
  update_figures();
  return {};
}

result<void> Spool::append(const EncodedBatch& batch) {
  const std::lock_guard lock{mutex_};
  if (batch.id.epoch != epoch_ || batch.id.ring >= SpoolFacts::kMostRings) {
    return refused("a batch of another epoch or ring: " + batch.id.str());
  }
  std::uint64_t& through = state_->facts.through[batch.id.ring];
  try {
    reach(options_.fault_point, "spool: append");
    if (batch.id.end() <= through) return {};
    result<void> done;
    if (make_room(batch.encoded_counts.size() + batch.encoded_details.size())) {
      done = segment_to_write().append(batch, options_.fault_point);
    } else if (make_room(batch.encoded_counts.size())) {
      const std::uint64_t before = state_->facts.undetailed;
      state_->facts.undetailed += batch.visits;
      done = state_->save();
      EncodedBatch bare = batch;
      bare.encoded_details.clear();
      if (done) done = segment_to_write().append(bare, options_.fault_point);
      if (!done) state_->facts.undetailed = before;
    } else {
      done = refused("the spool is full of visits that the database has not taken");
    }
    if (current_ != nullptr && current_->is_sealed()) current_ = nullptr;
    if (done) {
      through = batch.id.end();
      appended_at_ = std::chrono::steady_clock::now();
    }
    update_figures();
    if (done) reach(options_.fault_point, "spool: appended");
    return done;
  } catch (const std::exception& failure) {
    return refused(failure.what());
  }
}

std::uint64_t Spool::appended_through(std::uint16_t ring) const {
  const std::lock_guard lock{mutex_};
  return ring < SpoolFacts::kMostRings ? state_->facts.through[ring] : 0;
}

Spool::Segments::const_iterator Spool::at(std::uint64_t number) const {
  return std::lower_bound(
      segments_.begin(), segments_.end(), number,
      [](const auto& segment, std::uint64_t wanted) { return segment->number() < wanted; });
}

SpoolSegment* Spool::find(SpoolPosition position) const {
  const auto found = at(position.segment);
  const bool there = found != segments_.end() && (*found)->number() == position.segment &&
                     position.index < (*found)->frames().size();
  return there ? found->get() : nullptr;
}

void Spool::settle(std::span<const SpoolPosition> positions) {
  const std::lock_guard turn{turn_};
  std::unique_lock lock{mutex_};
  for (const SpoolPosition& position : positions) {
    if (SpoolSegment* const segment = find(position)) segment->settle(position.index);
  }
  note_settled();
  remove_noted(lock);
  update_figures();
}

void Spool::lose(SpoolPosition position) {
  const std::lock_guard turn{turn_};
  std::unique_lock lock{mutex_};
  SpoolSegment* const segment = find(position);
  if (segment == nullptr || segment->frames()[position.index].settled) return;
  segment->lose(position.index);
  note_settled();
  remove_noted(lock);
  update_figures();
}

void Spool::tidy(Tidy when) {
  const std::lock_guard turn{turn_};
  std::unique_lock lock{mutex_};
  const bool idle = when == Tidy::now || std::chrono::steady_clock::now() - appended_at_ >= options_.idle;
  if (current_ != nullptr && current_->unsettled() == 0 && idle) seal_current();
  note_settled();
  remove_noted(lock);
  update_figures();
}

std::uint64_t Spool::confirmed(std::uint16_t ring) const {
  const std::lock_guard lock{mutex_};
  std::uint64_t position = ring < SpoolFacts::kMostRings ? state_->facts.through[ring] : 0;
  for (const Segments* kept : {&noted_, &segments_}) {
    for (const auto& segment : *kept) {
      const auto lowest = segment->lowest().find(ring);
      if (lowest != segment->lowest().end()) position = std::min(position, lowest->second);
    }
  }
  return position;
}

std::vector<std::uint16_t> Spool::rings() const {
  const std::lock_guard lock{mutex_};
  std::vector<std::uint16_t> rings;
  for (std::uint16_t ring = 0; ring < SpoolFacts::kMostRings; ++ring) {
    if (state_->facts.through[ring] > 0) rings.push_back(ring);
  }
  return rings;
}

void Spool::update_figures() {
  const SpoolFacts& facts = state_->facts;
  SpoolFigures now{
      .appended = facts.appended, .dropped = facts.dropped, .undetailed = facts.undetailed, .oldest = {}};
  for (const auto& segment : segments_) {
    now.bytes += segment->bytes();
    now.batches += segment->unsettled();
    now.visits += segment->unsettled_visits();
    now.appended += segment->visits();
    now.dropped += segment->dropped;
    now.undetailed += segment->undetailed;
    if (!now.oldest && segment->unsettled() > 0) {
      now.oldest = segment->frames()[segment->first_unsettled()].begun_at;
    }
  }
  for (const auto& segment : noted_) now.bytes += segment->bytes();
  const std::lock_guard lock{figures_mutex_};
  figures_ = now;
}

SpoolFigures Spool::figures() const {
  const std::lock_guard lock{figures_mutex_};
  return figures_;
}

}  // namespace curt::visits
