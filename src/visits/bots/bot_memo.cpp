#include "curt/visits/bots/bot_memo.hpp"

#include <functional>

#include "curt/visits/ring/request_record.hpp"

namespace curt::visits {
namespace {

/// What is judged of a user agent, and by what it is remembered.
std::string_view judged(std::string_view user_agent) noexcept {
  return user_agent.substr(0, RequestRecord::kMaxUserAgent);
}

std::size_t slot_of(std::string_view user_agent) noexcept {
  return std::hash<std::string_view>{}(user_agent) % BotMemo::kMost;
}

}  // namespace

std::optional<bool> BotMemo::remembered(std::string_view user_agent) const {
  const std::string_view key = judged(user_agent);
  const std::size_t slot = slot_of(key);
  const std::lock_guard lock{mutex_};
  const Slot& known = slots_[slot];
  return known.user_agent == key ? known.is_bot : std::nullopt;
}

bool BotMemo::is_bot(std::string_view user_agent) {
  if (const auto known = remembered(user_agent)) return *known;
  const std::string_view key = judged(user_agent);
  const bool bot = detector_.is_bot(key);
  const std::size_t slot = slot_of(key);
  const std::lock_guard lock{mutex_};
  slots_[slot].user_agent = key;
  slots_[slot].is_bot = bot;
  return bot;
}

}  // namespace curt::visits
