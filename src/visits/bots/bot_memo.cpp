#include "curt/visits/bots/bot_memo.hpp"

#include <functional>
#include <utility>

#include "curt/visits/ring/request_record.hpp"

namespace curt::visits {
namespace {

/// What is judged of a user agent, and by what it is remembered.
std::string_view judged(std::string_view user_agent) noexcept {
  return user_agent.substr(0, RequestRecord::kMaxUserAgent);
}

std::size_t place_of(std::string_view user_agent, std::size_t places) noexcept {
  return std::hash<std::string_view>{}(user_agent) % places;
}

}  // namespace

std::optional<bool> BotMemo::remembered(std::string_view user_agent) {
  const std::string_view key = judged(user_agent);
  const std::size_t place = place_of(key, places_.size());
  const std::lock_guard lock{mutex_};
  auto& [again, latest] = places_[place];
  if (latest.is_bot && latest.user_agent == key) std::swap(again, latest);
  return again.user_agent == key ? again.is_bot : std::nullopt;
}

bool BotMemo::is_bot(std::string_view user_agent) {
  if (const auto known = remembered(user_agent)) return *known;
  const std::string_view key = judged(user_agent);
  const bool bot = detector_.is_bot(key);
  const std::size_t place = place_of(key, places_.size());
  const std::lock_guard lock{mutex_};
  Judgement& latest = places_[place].latest;
  latest.user_agent = key;
  latest.is_bot = bot;
  return bot;
}

}  // namespace curt::visits
