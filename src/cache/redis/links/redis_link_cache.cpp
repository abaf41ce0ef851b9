#include "curt/cache/redis/links/redis_link_cache.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <exception>
#include <limits>
#include <system_error>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>

#include "curt/base/logging.hpp"
#include "curt/base/random.hpp"

#include "cache/redis/connection/redis_socket.hpp"
#include "cache/redis/links/link_cache_counters.hpp"
#include "cache/redis/links/link_scripts.hpp"
#include "cache/redis/links/link_value.hpp"
#include "cache/redis/links/repeats.hpp"

namespace curt::cache {
namespace {

using links::CacheEntry;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

/// How exactly a repeat keeps its time.
constexpr milliseconds kTick{200};
/// Repeats of one tick: after an import they are many, and all at once they would leave a connection no room
/// for what is announced meanwhile, which would fail and be taken for an outage.
constexpr std::size_t kRepeatsPerTick = 512;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> number_in(const std::optional<RedisReply>& reply) {
  if (!reply || reply->kind != RedisReply::Kind::integer) return std::nullopt;
  return reply->integer;
}

}  // namespace

/// What happens later.
struct RedisLinkCache::Waiting {
  Repeats repeats;
  std::atomic<std::int64_t> failed_since{
      kNever};  ///< when the first announcement that failed began, in ms since 1970
  // Touched on the first executor's thread only.
  SteadyTimer* ticking = nullptr;  ///< null while nobody repeats
  bool stopping = false;
};

RedisLinkCache::RedisLinkCache(RedisClient& client, RedisLinkCacheOptions options, Metrics& metrics,
                               const Clock& clock)
    : client_(client),
      options_(options),
      clock_(clock),
      counters_(std::make_unique<const LinkCacheCounters>(metrics)),
      waiting_(std::make_unique<Waiting>()) {
  client_.observe(*this, std::string{kChannel});
}

RedisLinkCache::~RedisLinkCache() = default;

awaitable<std::optional<CacheEntry>> RedisLinkCache::find(Call& call, ShortCode code) {
  std::optional<CacheEntry> entry;
  const std::string key = link_key(code);
  RedisCommand command = make_command(RedisVerb::get, {"GET", key});
  const std::optional<RedisReply> reply = co_await client_.ask(std::move(command), call.deadline);
  if (!reply || reply->kind == RedisReply::Kind::error) {
    counters_->error.add();
    co_return entry;
  }
  if (reply->kind == RedisReply::Kind::nothing) {
    counters_->miss.add();
    co_return entry;
  }
  entry = decode_link_value(reply->text);
  (entry ? counters_->hit : counters_->error).add();
  if (!entry) counters_->bad_value.add();
  co_return entry;
}

void RedisLinkCache::fill(ShortCode code, CacheEntry entry) {
  const std::optional<Executor> executor = client_.executor_here();
  if (!executor || time_to_live(entry, clock_.now()) <= milliseconds::zero()) return;
  net::co_spawn(*executor, store(code, std::move(entry)), net::detached);
}

awaitable<void> RedisLinkCache::store(ShortCode code, CacheEntry entry) {
  try {
    const std::optional<std::int64_t> answer = co_await put(code, std::move(entry), std::string{});
    if (!answer || *answer < 0) {
      counters_->not_stored.add();
    } else {
      (*answer == 0 ? counters_->refused : counters_->stored).add();
    }
  } catch (const std::exception& failure) {  // nobody waits for it
    log::debug("cannot fill redis", {{"error", failure.what()}});
  }
}

awaitable<bool> RedisLinkCache::announce(ShortCode code, std::optional<CacheEntry> entry) {
  const Timestamp began_at = clock_.now();
  Announcement again{code, entry};
  const bool repeats = waiting_->repeats.add(std::move(again), SteadyClock::now() + kRepeatAfter);
  if (!repeats) counters_->not_repeated.add();
  std::optional<std::int64_t> answer;
  std::string message = make_message(code, entry ? entry->version : 0);
  if (entry) {
    answer = co_await put(code, *std::move(entry), std::move(message));
  } else {
    answer = co_await forget(code, std::move(message));
  }
  if (!answer || *answer < 0) {
    counters_->not_announced.add();
    note_failure(began_at);
    co_return false;
  }
  counters_->announced.add();
  if (waiting_->failed_since.load(std::memory_order_relaxed) == kNever) co_return true;
  const std::int64_t since = waiting_->failed_since.exchange(kNever);
  if (since != kNever && listener_ != nullptr) listener_->restored(Timestamp{milliseconds{since}});
  co_return true;
}

awaitable<std::optional<std::int64_t>> RedisLinkCache::put(ShortCode code, CacheEntry entry,
                                                           std::string message) {
  const Deadline deadline = Deadline::in(client_.options().timeout);
  const Timestamp now = clock_.now();
  const milliseconds ttl = std::max(time_to_live(entry, now), milliseconds{1});
  RedisCommand command = put_command(RedisVerb::evalsha, code, entry, ttl, now, message);
  std::optional<RedisReply> reply = co_await client_.ask(std::move(command), deadline);
  if (reply && reply->is_error("NOSCRIPT")) {
    command = put_command(RedisVerb::eval, code, entry, ttl, now, message);
    reply = co_await client_.ask(std::move(command), deadline);
  }
  co_return number_in(reply);
}

awaitable<std::optional<std::int64_t>> RedisLinkCache::forget(ShortCode code, std::string message) {
  const Deadline deadline = Deadline::in(client_.options().timeout);
  RedisCommand command = forget_command(RedisVerb::evalsha, code, message);
  std::optional<RedisReply> reply = co_await client_.ask(std::move(command), deadline);
  if (reply && reply->is_error("NOSCRIPT")) {
    command = forget_command(RedisVerb::eval, code, message);
    reply = co_await client_.ask(std::move(command), deadline);
  }
  co_return number_in(reply);
}

milliseconds RedisLinkCache::time_to_live(const CacheEntry& entry, Timestamp now) const {
  milliseconds ttl = options_.negative_ttl;
  if (entry.kind == CacheEntry::Kind::gone) {
    ttl = std::min(options_.ttl, options_.gone_ttl);
  } else if (entry.kind == CacheEntry::Kind::found) {
    const auto& end = entry.link->settings.expires_at;
    if (!end) {
      ttl = options_.ttl;
    } else if (*end > now) {
      ttl = std::min(options_.ttl, *end - now);
    }
  }
  // Up to a tenth less, so that what was filled together does not end together.
  static thread_local FastRandom random;
  const auto tenth = static_cast<std::uint64_t>(std::max<milliseconds::rep>(ttl.count() / 10, 0));
  return ttl - milliseconds{static_cast<milliseconds::rep>(random.next() % (tenth + 1))};
}

void RedisLinkCache::note_failure(Timestamp began_at) {
  const std::int64_t at = began_at.time_since_epoch().count();
  std::int64_t known = waiting_->failed_since.load();
  while (at < known && !waiting_->failed_since.compare_exchange_weak(known, at)) {
  }
}

void RedisLinkCache::message(std::string_view payload) {
  const std::size_t space = payload.find(' ');
  const std::string_view code = payload.substr(0, space);
  std::int64_t version = -1;
  if (space != std::string_view::npos) {
    const std::string_view digits = payload.substr(space + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
    if (error != std::errc{} || end != digits.data() + digits.size()) version = -1;
  }
  if (version < 0 || !ShortCode::is_valid(code)) {
    counters_->bad_message.add();
    return;
  }
  if (listener_ != nullptr) listener_->changed(ShortCode::from_valid(code), version);
}

void RedisLinkCache::listening() {
  if (listener_ != nullptr) listener_->listening();
}

void RedisLinkCache::deaf() {
  if (listener_ != nullptr) listener_->deaf();
}

void RedisLinkCache::restored(Timestamp began_at) {
  const std::int64_t since =
      std::min(waiting_->failed_since.exchange(kNever), std::int64_t{began_at.time_since_epoch().count()});
  if (listener_ != nullptr) listener_->restored(Timestamp{milliseconds{since}});
}

void RedisLinkCache::started(const Executor& first) { net::co_spawn(first, repeat(), net::detached); }

void RedisLinkCache::stopping() {
  waiting_->stopping = true;
  send_repeats(SteadyClock::time_point::max(), Repeats::kCapacity);
  if (waiting_->ticking != nullptr) waiting_->ticking->cancel();
}

awaitable<void> RedisLinkCache::repeat() {
  const Executor executor = co_await net::this_coro::executor;
  SteadyTimer timer{executor};
  waiting_->ticking = &timer;
  while (!waiting_->stopping) {
    boost::system::error_code ignored;
    timer.expires_after(kTick);
    co_await timer.async_wait(net::redirect_error(use_awaitable, ignored));
    send_repeats(SteadyClock::now(), kRepeatsPerTick);
  }
  waiting_->ticking = nullptr;
}

void RedisLinkCache::send_repeats(SteadyClock::time_point due, std::size_t at_most) {
  const Timestamp now = clock_.now();
  for (const Announcement& announcement : waiting_->repeats.take(due, at_most)) {
    const std::string message =
        make_message(announcement.code, announcement.entry ? announcement.entry->version : 0);
    if (announcement.entry) {
      const milliseconds ttl = std::max(time_to_live(*announcement.entry, now), milliseconds{1});
      client_.send(put_command(RedisVerb::eval, announcement.code, *announcement.entry, ttl, now, message,
                               Put::over_an_older_one));
    } else {
      client_.send(forget_command(RedisVerb::eval, announcement.code, message));
    }
    counters_->repeated.add();
  }
}

}  // namespace curt::cache
