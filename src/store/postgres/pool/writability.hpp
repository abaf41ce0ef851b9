#pragma once

#include <chrono>
#include <cstdint>

namespace curt::store::postgres {

/// Whether the server that the pool's sessions reach takes writes: a standby does not, nor does a primary
/// that was made read-only. After a failover the next session may reach another server, so that this is asked
/// on a new session, the probe, at most once a second. Called under the pool's lock.
class Writability {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::chrono::seconds kProbeInterval{1};

  /// Why a session was begun.
  enum class Purpose : std::uint8_t { work, probe };

  [[nodiscard]] bool takes_writes() const noexcept { return takes_writes_; }

  /// Increases with each change. A session of an earlier generation may belong to the wrong server by now.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

  /// Takes in what a session that was begun in that generation found; true if this is a change. Sessions of
  /// earlier generations say nothing of the present. Only a probe finds that writes are taken again: where
  /// some servers take them and others do not, there is a change or two a second and no more.
  bool found(bool takes_writes, std::uint64_t generation, Purpose purpose) noexcept {
    if (generation != generation_ || takes_writes == takes_writes_) return false;
    if (takes_writes && purpose != Purpose::probe) return false;
    takes_writes_ = takes_writes;
    ++generation_;
    return true;
  }

  /// All sessions may belong to the wrong server.
  void renew() noexcept { ++generation_; }

  /// Takes in what was found on a session that is not the pool's, which may reach another server: only a
  /// reason for a probe.
  void hear(bool takes_writes) noexcept { doubted_ = takes_writes != takes_writes_; }

  [[nodiscard]] bool probe_is_due(Clock::time_point now) const noexcept {
    return (!takes_writes_ || doubted_) && !probing_ && now >= next_probe_;
  }

  void begin_probe(Clock::time_point now) noexcept {
    probing_ = true;
    doubted_ = false;
    next_probe_ = now + kProbeInterval;
  }

  void end_probe() noexcept { probing_ = false; }

 private:
  bool takes_writes_ = true;
  bool doubted_ = false;
  bool probing_ = false;
  std::uint64_t generation_ = 0;
  Clock::time_point next_probe_ = Clock::time_point::min();
};

}  // namespace curt::store::postgres
