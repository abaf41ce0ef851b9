#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "curt/visits/fault_point.hpp"
#include "curt/visits/visit_stream.hpp"

namespace curt::test {

/// A stream in memory that is away, loses everything and delivers again when it is told to. Thread-safe.
class FakeVisitStream final : public visits::VisitStream {
 public:
  /// Gives no answers from now on, and does nothing.
  void be_away(bool away);

  /// The next `count` appends happen and are not answered.
  void lose_answers(std::size_t count);

  /// Forgets all entries, as a restart without persistence does.
  void lose_everything();

  /// Puts an entry in as it is.
  void put(std::string counts, std::string details, std::uint64_t deliveries = 0);

  /// Called before and after everything that has an effect.
  void use(visits::FaultPoint point);

  /// What length() says of memory from now on: the sum of the entries' bytes or nothing, and the server's
  /// limit.
  enum class Tells : std::uint8_t { bytes, nothing };
  void tell(Tells tells, std::optional<std::uint64_t> memory_limit = std::nullopt);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::uint64_t bytes() const;  ///< sum over the entries
  [[nodiscard]] std::size_t appended() const;
  [[nodiscard]] std::vector<std::string> workers() const;  ///< known by name, in its order
  [[nodiscard]] std::vector<std::pair<visits::StreamEntry, std::string>> buried() const;

  awaitable<std::optional<std::string>> append(visits::EncodedBatch batch) override;
  awaitable<std::optional<Length>> length() override;
  awaitable<std::optional<std::vector<bool>>> present(std::vector<std::string> entries) override;
  awaitable<std::optional<std::vector<visits::StreamEntry>>> take(
      std::string worker, std::size_t limit, std::chrono::milliseconds abandoned_after) override;
  awaitable<bool> finish(std::vector<std::string> entries) override;
  awaitable<bool> bury(visits::StreamEntry entry, std::string reason) override;
  awaitable<bool> leave(std::string worker) override;
  awaitable<std::optional<std::uint64_t>> forget_idle(std::chrono::milliseconds idle) override;
  awaitable<std::optional<Lag>> lag() override;

 private:
  struct Held {
    visits::StreamEntry entry;
    std::optional<std::chrono::steady_clock::time_point> taken_at;
    std::string taken_by;
  };

  awaitable<bool> answers();
  void reach(std::string_view step);
  std::string add(std::string counts, std::string details, std::uint64_t deliveries);
  void erase(const std::string& entry);
  [[nodiscard]] bool has_entries(const std::string& worker) const;

  mutable std::mutex mutex_;
  bool away_ = false;
  std::size_t lost_answers_ = 0;
  visits::FaultPoint point_;
  std::uint64_t last_ = 0;
  std::size_t appended_ = 0;
  Tells tells_ = Tells::bytes;
  std::optional<std::uint64_t> memory_limit_;
  std::deque<Held> entries_;
  std::map<std::string, std::chrono::steady_clock::time_point> workers_;  ///< when they last took something
  std::vector<std::pair<visits::StreamEntry, std::string>> buried_;
};

}  // namespace curt::test
