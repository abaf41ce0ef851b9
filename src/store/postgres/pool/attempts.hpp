#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "store/postgres/connection/in_flight.hpp"

namespace curt::store::postgres {

/// Attempts to connect, each on a thread of its own, so that a server that hangs holds up nobody else. libpq
/// bounds connecting to each host by connect_timeout, and the watchdog ends what hangs after that. Looking up
/// the host's name is bounded by the resolver alone, by default at 10 s for each name server that does not
/// answer (resolv.conf(5): timeout, attempts). Thread-safe.
class Attempts {
 public:
  /// Connects; the InFlight is for setting the connection up. It does not throw.
  using Attempt = std::function<void(InFlight&)>;

  Attempts() = default;
  Attempts(const Attempts&) = delete;
  Attempts& operator=(const Attempts&) = delete;
  ~Attempts() { join(); }

  /// Begins one. False if there is no thread for it.
  [[nodiscard]] bool begin(Attempt attempt);

  /// How many are under way.
  [[nodiscard]] std::size_t under_way() const;

  /// Ends those that take too long to set their connection up, and joins the threads of those that are over.
  /// For the watchdog.
  void look_after();

  /// Waits until all are over; no other may begin meanwhile.
  void join();

 private:
  struct Entry {
    InFlight set_up;
    bool over = false;
    std::thread thread;
  };

  std::list<Entry> take_over();

  mutable std::mutex mutex_;
  std::condition_variable over_;
  std::list<Entry> entries_;
  std::size_t under_way_ = 0;
};

}  // namespace curt::store::postgres
