#include "store/postgres/pool/attempts.hpp"

#include <system_error>
#include <utility>

namespace curt::store::postgres {

bool Attempts::begin(Attempt attempt) {
  const std::lock_guard lock{mutex_};
  Entry& entry = entries_.emplace_back();
  try {
    entry.thread = std::thread{[this, &entry, connect = std::move(attempt)] {
      connect(entry.set_up);
      const std::lock_guard ending{mutex_};
      entry.over = true;
      --under_way_;
      over_.notify_all();
    }};
  } catch (const std::system_error&) {
    entries_.pop_back();
    return false;
  }
  ++under_way_;
  return true;
}

std::size_t Attempts::under_way() const {
  const std::lock_guard lock{mutex_};
  return under_way_;
}

void Attempts::look_after() {
  std::list<Entry> over;
  {
    const std::lock_guard lock{mutex_};
    for (Entry& entry : entries_) entry.set_up.answer_overdue();
    over = take_over();
  }
  for (Entry& entry : over) entry.thread.join();
}

void Attempts::join() {
  std::list<Entry> over;
  {
    std::unique_lock lock{mutex_};
    over_.wait(lock, [this] { return under_way_ == 0; });
    over = take_over();
  }
  for (Entry& entry : over) entry.thread.join();
}

/// Under the lock.
std::list<Attempts::Entry> Attempts::take_over() {
  std::list<Entry> over;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (entry->over) over.splice(over.end(), entries_, entry);
    entry = next;
  }
  return over;
}

}  // namespace curt::store::postgres
