#include "support/fakes/fake_visit_stream.hpp"

#include <algorithm>

#include <boost/asio/this_coro.hpp>

namespace curt::test {

using namespace curt::visits;

void FakeVisitStream::be_away(bool away) {
  const std::lock_guard lock{mutex_};
  away_ = away;
}

void FakeVisitStream::lose_answers(std::size_t count) {
  const std::lock_guard lock{mutex_};
  lost_answers_ = count;
}

void FakeVisitStream::lose_everything() {
  const std::lock_guard lock{mutex_};
  entries_.clear();
  workers_.clear();
}

void FakeVisitStream::put(std::string counts, std::string details, std::uint64_t deliveries) {
  const std::lock_guard lock{mutex_};
  add(std::move(counts), std::move(details), deliveries);
}

void FakeVisitStream::use(FaultPoint point) {
  const std::lock_guard lock{mutex_};
  point_ = std::move(point);
}

void FakeVisitStream::tell(Tells tells, std::optional<std::uint64_t> memory_limit) {
  const std::lock_guard lock{mutex_};
  tells_ = tells;
  memory_limit_ = memory_limit;
}

std::uint64_t FakeVisitStream::bytes() const {
  const std::lock_guard lock{mutex_};
  std::uint64_t sum = 0;
  for (const Held& held : entries_)
    sum += held.entry.encoded_counts.size() + held.entry.encoded_details.size();
  return sum;
}

std::size_t FakeVisitStream::size() const {
  const std::lock_guard lock{mutex_};
  return entries_.size();
}

std::size_t FakeVisitStream::appended() const {
  const std::lock_guard lock{mutex_};
  return appended_;
}

std::vector<std::string> FakeVisitStream::workers() const {
  const std::lock_guard lock{mutex_};
  std::vector<std::string> names;
  for (const auto& [name, seen_at] : workers_) names.push_back(name);
  return names;
}

std::vector<std::pair<StreamEntry, std::string>> FakeVisitStream::buried() const {
  const std::lock_guard lock{mutex_};
  return buried_;
}

void FakeVisitStream::reach(std::string_view step) {
  FaultPoint point;
  {
    const std::lock_guard lock{mutex_};
    point = point_;
  }
  visits::reach(point, step);
}

awaitable<bool> FakeVisitStream::answers() {
  const Executor executor = co_await net::this_coro::executor;
  co_await net::post(executor, use_awaitable);
  const std::lock_guard lock{mutex_};
  co_return !away_;
}

std::string FakeVisitStream::add(std::string counts, std::string details, std::uint64_t deliveries) {
  ++appended_;
  Held held;
  held.entry.entry = std::to_string(++last_) + "-0";
  held.entry.encoded_counts = std::move(counts);
  held.entry.encoded_details = std::move(details);
  held.entry.deliveries = deliveries;
  entries_.push_back(std::move(held));
  return entries_.back().entry.entry;
}

void FakeVisitStream::erase(const std::string& entry) {
  std::erase_if(entries_, [&](const Held& held) { return held.entry.entry == entry; });
}

awaitable<std::optional<std::string>> FakeVisitStream::append(EncodedBatch batch) {
  const bool there = co_await answers();
  if (!there) co_return std::nullopt;
  reach("stream: append");
  std::optional<std::string> name;
  {
    const std::lock_guard lock{mutex_};
    name = add(std::move(batch.encoded_counts), std::move(batch.encoded_details), 0);
    if (lost_answers_ > 0) {
      --lost_answers_;
      name.reset();
    }
  }
  reach("stream: appended");
  co_return name;
}

awaitable<std::optional<VisitStream::Length>> FakeVisitStream::length() {
  const bool there = co_await answers();
  if (!there) co_return std::nullopt;
  Length length;
  length.entries = size();
  const std::uint64_t sum = bytes();
  const std::lock_guard lock{mutex_};
  if (tells_ == Tells::bytes) length.bytes = sum;
  length.memory_limit = memory_limit_;
  co_return length;
}

awaitable<std::optional<std::vector<bool>>> FakeVisitStream::present(std::vector<std::string> entries) {
  const bool there = co_await answers();
  if (!there) co_return std::nullopt;
  const std::lock_guard lock{mutex_};
  std::vector<bool> found;
  for (const std::string& entry : entries) {
    found.push_back(std::any_of(entries_.begin(), entries_.end(),
                                [&](const Held& held) { return held.entry.entry == entry; }));
  }
  co_return found;
}

awaitable<std::optional<std::vector<StreamEntry>>> FakeVisitStream::take(
    std::string worker, std::size_t limit, std::chrono::milliseconds abandoned_after) {
  const bool there = co_await answers();
  if (!there) co_return std::nullopt;
  reach("stream: take");
  std::vector<StreamEntry> taken;
  {
    const std::lock_guard lock{mutex_};
    const auto now = std::chrono::steady_clock::now();
    workers_[worker] = now;
    for (Held& held : entries_) {
      if (taken.size() == limit) break;
      if (held.taken_at && now - *held.taken_at < abandoned_after) continue;
      held.taken_at = now;
      held.taken_by = worker;
      ++held.entry.deliveries;
      taken.push_back(held.entry);
    }
  }
  reach("stream: taken");
  co_return taken;
}

awaitable<bool> FakeVisitStream::finish(std::vector<std::string> entries) {
  const bool there = co_await answers();
  if (!there) co_return false;
  reach("stream: finish");
  {
    const std::lock_guard lock{mutex_};
    for (const std::string& entry : entries) erase(entry);
  }
  reach("stream: finished");
  co_return true;
}

awaitable<bool> FakeVisitStream::bury(StreamEntry entry, std::string reason) {
  const bool there = co_await answers();
  if (!there) co_return false;
  reach("stream: bury");
  {
    const std::lock_guard lock{mutex_};
    erase(entry.entry);
    buried_.emplace_back(std::move(entry), std::move(reason));
  }
  reach("stream: buried");
  co_return true;
}

bool FakeVisitStream::has_entries(const std::string& worker) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Held& held) { return held.taken_at && held.taken_by == worker; });
}

awaitable<bool> FakeVisitStream::leave(std::string worker) {
  const bool there = co_await answers();
  if (!there) co_return false;
  const std::lock_guard lock{mutex_};
  if (!has_entries(worker)) workers_.erase(worker);
  co_return true;
}

awaitable<std::optional<std::uint64_t>> FakeVisitStream::forget_idle(std::chrono::milliseconds idle) {
  const bool there = co_await answers();
  if (!there) co_return std::nullopt;
  const std::lock_guard lock{mutex_};
  const auto now = std::chrono::steady_clock::now();
  co_return std::erase_if(
      workers_, [&](const auto& known) { return now - known.second >= idle && !has_entries(known.first); });
}

awaitable<std::optional<VisitStream::Lag>> FakeVisitStream::lag() {
  const bool there = co_await answers();
  if (!there) co_return std::nullopt;
  const std::lock_guard lock{mutex_};
  Lag lag;
  for (const Held& held : entries_) ++(held.taken_at ? lag.taken : lag.waiting);
  lag.buried = buried_.size();
  co_return lag;
}

}  // namespace curt::test
