#include "curt/cache/redis/links/redis_link_cache.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <span>
#include <system_error>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

#include "curt/base/enum_names.hpp"
#include "curt/base/logging.hpp"
#include "curt/base/random.hpp"

#include "cache/redis/links/link_cache_counters.hpp"
#include "cache/redis/links/link_scripts.hpp"
#include "cache/redis/links/link_value.hpp"
#include "cache/redis/links/server_identity.hpp"
#include "cache/redis/protocol/refusal_cause.hpp"

namespace curt::cache {
namespace {

using links::CacheEntry;
using links::KnownLink;
using links::SharedIdentity;
using links::SharedNotice;
using links::Telling;
using std::chrono::milliseconds;
using Kind = CacheEntry::Kind;

/// Links that one script sets, which keeps the server from all others for so long.
constexpr std::size_t kLinksAtOnce = 32;

/// Keys that are looked through and forgotten at once.
constexpr std::string_view kKeysAtOnce = "500";

/// Who empties the server holds this key, and renews it with every step.
constexpr std::string_view kEmptierKey = "curt:emptier";
constexpr std::string_view kEmptierLife = "3000";

constexpr EnumNames<SharedNotice, SharedNotice::forget_absent> kNotices{
    {SharedNotice::doubt, "!doubt"},
    {SharedNotice::forget_all, "!all"},
    {SharedNotice::forget_absent, "!absent"}};

std::optional<SharedNotice> notice_from(std::string_view payload) {
  for (const auto notice : {SharedNotice::doubt, SharedNotice::forget_all, SharedNotice::forget_absent}) {
    if (kNotices[notice] == payload) return notice;
  }
  return std::nullopt;
}

std::optional<std::int64_t> number_in(const std::optional<RedisReply>& reply) {
  if (!reply || reply->kind != RedisReply::Kind::integer) return std::nullopt;
  return reply->integer;
}

Publish publish_for(Telling telling) {
  if (telling == Telling::nobody) return Publish::nothing;
  return telling == Telling::each_link ? Publish::first : Publish::once_set;
}

/// What SCAN answered: where to go on, "0" at the end, and keys.
struct ScanPage {
  std::string next;
  std::vector<std::string> keys;
};

std::optional<ScanPage> scan_page_from(const std::optional<RedisReply>& reply) {
  const bool is_page = reply && reply->list.size() == 2 && reply->list[1].kind == RedisReply::Kind::list;
  if (!is_page) return std::nullopt;
  ScanPage page{reply->list[0].text, {}};
  for (const RedisReply& key : reply->list[1].list) page.keys.push_back(key.text);
  return page;
}

}  // namespace

RedisLinkCache::RedisLinkCache(RedisClient& client, RedisLinkCacheOptions options, Metrics& metrics,
                               const Clock& clock)
    : client_(client),
      options_(options),
      clock_(clock),
      counters_(std::make_unique<const LinkCacheCounters>(metrics)),
      name_(unique_name()) {
  client_.observe(*this, std::string{kChannel});
}

RedisLinkCache::~RedisLinkCache() = default;

awaitable<std::optional<CacheEntry>> RedisLinkCache::find(Call& call, ShortCode code) {
  std::optional<CacheEntry> entry;
  const std::string key = link_key(code);
  RedisCommand command = make_command(RedisVerb::get, {"GET", key});
  const std::optional<RedisReply> reply = co_await client_.ask_idempotent(std::move(command), call.deadline);
  if (!reply || reply->kind == RedisReply::Kind::error) {
    counters_->error.add();
    co_return entry;
  }
  if (reply->kind == RedisReply::Kind::nothing || is_forgotten_value(reply->text)) {
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
  if (!executor || (entry.kind == Kind::not_found && options_.negative_ttl <= milliseconds::zero())) return;
  net::co_spawn(*executor, store(code, std::move(entry)), net::detached);
}

awaitable<void> RedisLinkCache::store(ShortCode code, CacheEntry entry) {
  try {
    // It may take the place of what was announced; an absence never does.
    const milliseconds shortest = entry.kind == Kind::not_found ? milliseconds{1} : kShortestLife;
    const std::array<LinkPut, 1> puts{put_of(code, entry, shortest)};
    auto make = [&puts](RedisVerb verb) { return put_command(verb, puts, Publish::nothing); };
    const std::optional<std::int64_t> stored = co_await run(make);
    if (!stored) {
      counters_->not_stored.add();
    } else {
      (*stored == 0 ? counters_->refused : counters_->stored).add();
    }
  } catch (const std::exception& failure) {  // nobody waits for it
    log::debug("cannot fill redis", {{"error", failure.what()}});
  }
}

awaitable<bool> RedisLinkCache::announce(std::vector<KnownLink> links, Telling telling) {
  const Publish publish = publish_for(telling);
  std::vector<LinkPut> puts;
  puts.reserve(links.size());
  for (const KnownLink& link : links) puts.push_back(put_of(link.code, link.entry, kShortestLife));
  std::span<const LinkPut> rest{puts};
  while (!rest.empty()) {
    const std::span<const LinkPut> some = rest.first(std::min(rest.size(), kLinksAtOnce));
    auto make = [some, publish](RedisVerb verb) { return put_command(verb, some, publish); };
    const std::optional<std::int64_t> stored = co_await run(make);
    (stored ? counters_->announced : counters_->not_announced).add(some.size());
    if (!stored) co_return false;
    rest = rest.subspan(some.size());
  }
  co_return true;
}

void RedisLinkCache::warn(ShortCode code, std::int64_t version) { publish(make_message(code, version)); }

void RedisLinkCache::tell(SharedNotice notice) { publish(kNotices[notice]); }

void RedisLinkCache::publish(std::string_view message) {
  client_.send(make_command(RedisVerb::other, {"PUBLISH", kChannel, message}));
}

awaitable<SharedIdentity> RedisLinkCache::identity() {
  const std::uint64_t connects = client_.connects();
  if (connects == identified_connects_) {
    RedisCommand command = identity_command();
    const std::optional<RedisReply> reply = co_await ask(std::move(command));
    // Where this thread's connection is lost the others still tell.
    if (reply) co_return of_this_number(identity_from(reply));
  }
  const Deadline deadline = Deadline::in(client_.options().timeout);
  RedisCommand command = identity_command();
  const std::vector<ConnectionReply> replies = co_await client_.ask_each(std::move(command), deadline);
  const SharedIdentity identity = identity_from(replies);
  if (identity.kind == SharedIdentity::Kind::known) identified_connects_ = connects;
  co_return of_this_number(identity);
}

/// Each of a server's numbered databases has links of its own.
SharedIdentity RedisLinkCache::of_this_number(SharedIdentity identity) const {
  const std::uint32_t number = client_.options().address.database;
  if (identity.kind == SharedIdentity::Kind::known) identity.text += fmt::format("/{}", number);
  return identity;
}

awaitable<bool> RedisLinkCache::may_empty() {
  RedisCommand take = make_command(RedisVerb::other, {"SET", kEmptierKey, name_, "NX", "PX", kEmptierLife});
  const std::optional<RedisReply> taken = co_await ask(std::move(take));
  if (taken && taken->kind == RedisReply::Kind::status) co_return true;
  RedisCommand get = make_command(RedisVerb::get, {"GET", kEmptierKey});
  const std::optional<RedisReply> holder = co_await ask(std::move(get));
  if (!holder || holder->text != name_) co_return false;
  RedisCommand renew = make_command(RedisVerb::other, {"PEXPIRE", kEmptierKey, kEmptierLife});
  const std::optional<RedisReply> renewed = co_await ask(std::move(renew));
  co_return number_in(renewed) == 1;
}

awaitable<bool> RedisLinkCache::empty() {
  const std::string pattern = link_key(ShortCode{}) + "*";
  std::string cursor = "0";
  do {
    const bool may = co_await may_empty();
    if (!may) co_return false;
    RedisCommand scan =
        make_command(RedisVerb::other, {"SCAN", cursor, "MATCH", pattern, "COUNT", kKeysAtOnce});
    const std::optional<RedisReply> reply = co_await ask(std::move(scan));
    const std::optional<ScanPage> page = scan_page_from(reply);
    if (!page) co_return false;
    if (!page->keys.empty()) {
      auto make = [&page](RedisVerb verb) { return forget_command(verb, page->keys, kShortestLife); };
      const std::optional<std::int64_t> forgotten = co_await run(make);
      if (!forgotten) co_return false;
    }
    cursor = page->next;
  } while (cursor != "0");
  co_return true;
}

awaitable<std::optional<RedisReply>> RedisLinkCache::ask(RedisCommand command) {
  const Deadline deadline = Deadline::in(client_.options().timeout);
  std::optional<RedisReply> reply = co_await client_.ask(std::move(command), deadline);
  co_return reply;
}

/// Versions guard what the scripts do, so that nothing is lost when one is executed twice.
template <class MakeCommand>
awaitable<std::optional<std::int64_t>> RedisLinkCache::run(MakeCommand make) {
  RedisCommand command = make(RedisVerb::evalsha);
  Deadline deadline = Deadline::in(client_.options().timeout);
  std::optional<RedisReply> reply = co_await client_.ask_idempotent(std::move(command), deadline);
  if (reply && reply->is_error("NOSCRIPT")) {
    command = make(RedisVerb::eval);
    deadline = Deadline::in(client_.options().timeout);
    reply = co_await client_.ask_idempotent(std::move(command), deadline);
  }
  if (reply && reply->kind == RedisReply::Kind::error) {
    refusal_.begin({{"error", refusal_cause(reply->text)}});
  }
  const std::optional<std::int64_t> set = number_in(reply);
  // A script that found newer versions and set nothing has not tried to write.
  if (set.value_or(0) > 0) refusal_.end();
  co_return set;
}

LinkPut RedisLinkCache::put_of(const ShortCode& code, const CacheEntry& entry, milliseconds shortest) const {
  const Timestamp now = clock_.now();
  const milliseconds ttl = std::max(time_to_live(entry, now), shortest);
  return {.code = code, .version = entry.version, .value = encode_link_value(entry, now + ttl), .ttl = ttl};
}

milliseconds RedisLinkCache::time_to_live(const CacheEntry& entry, Timestamp now) const {
  milliseconds ttl = options_.ttl;
  if (entry.kind == Kind::not_found) {
    ttl = options_.negative_ttl;
  } else if (entry.kind == Kind::found) {
    const auto& end = entry.link->settings.expires_at;
    if (end) ttl = *end > now ? std::min(options_.ttl, *end - now) : options_.negative_ttl;
  }
  // Up to a tenth less, so that what was filled together does not end together.
  static thread_local FastRandom random;
  const auto tenth = static_cast<std::uint64_t>(std::max<milliseconds::rep>(ttl.count() / 10, 0));
  return ttl - milliseconds{static_cast<milliseconds::rep>(random.next() % (tenth + 1))};
}

void RedisLinkCache::message(std::string_view payload) {
  if (const std::optional<SharedNotice> notice = notice_from(payload)) {
    if (listener_ != nullptr) listener_->told(*notice);
    return;
  }
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

void RedisLinkCache::connected() {
  if (listener_ != nullptr) listener_->connected();
}

}  // namespace curt::cache
