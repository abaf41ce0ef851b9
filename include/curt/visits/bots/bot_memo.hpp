#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/visits/bots/bot_detector.hpp"

namespace curt::visits {

/// Remembers what a detector said of recent user agents: to judge one takes some microseconds, and up to two
/// milliseconds where its text is made for that. Bounded, and no call takes longer than others: a user agent
/// takes the place of one other at most. Thread-safe.
class BotMemo {
 public:
  static constexpr std::size_t kMost = 4096;

  /// `detector` must outlive the memo.
  explicit BotMemo(const BotDetector& detector) : detector_(detector), slots_(kMost) {}

  /// What was said of the user agent, if that is remembered. Never judges, which is for threads that many
  /// wait for.
  [[nodiscard]] std::optional<bool> remembered(std::string_view user_agent) const;

  /// What is remembered, else what the detector says.
  [[nodiscard]] bool is_bot(std::string_view user_agent);

 private:
  struct Slot {
    std::string user_agent;
    std::optional<bool> is_bot;
  };

  const BotDetector& detector_;
  mutable std::mutex mutex_;
  std::vector<Slot> slots_;  ///< by hash
};

}  // namespace curt::visits
