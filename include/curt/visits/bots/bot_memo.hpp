#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/visits/bots/bot_detector.hpp"

namespace curt::visits {

/// Remembers what a detector said of recent user agents: to judge one takes some microseconds, and some
/// milliseconds at most where its text is made for that. Bounded, and no call takes longer than others: a
/// user agent takes the place of one other at most, and not of one that came again, until it comes again
/// itself: so those of browsers outlast any number that come once. Thread-safe.
class BotMemo {
 public:
  static constexpr std::size_t kMost = 4096;

  /// `detector` must outlive the memo.
  explicit BotMemo(const BotDetector& detector) : detector_(detector), places_(kMost / 2) {}

  /// What was said of the user agent, if that is remembered. Never judges, which is for threads that many
  /// wait for.
  [[nodiscard]] std::optional<bool> remembered(std::string_view user_agent);

  /// What is remembered, else what the detector says.
  [[nodiscard]] bool is_bot(std::string_view user_agent);

 private:
  struct Judgement {
    std::string user_agent;
    std::optional<bool> is_bot;
  };
  /// Of user agents with one hash.
  struct Place {
    Judgement again;  ///< it has come again
    Judgement latest;
  };

  const BotDetector& detector_;
  std::mutex mutex_;
  std::vector<Place> places_;  ///< by hash
};

}  // namespace curt::visits
