#include "curt/cache/redis/visits/redis_visit_stream.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <span>
#include <utility>

#include "cache/redis/visits/visit_stream_commands.hpp"

namespace curt::cache {
namespace {

using visits::StreamEntry;
using Kind = RedisReply::Kind;

constexpr std::chrono::seconds kTimeout{2};
/// kMostTaken batches of some 300 KiB.
constexpr std::size_t kMaxReply = std::size_t{32} << 20U;
/// Entries that one command names.
constexpr std::size_t kNamedAtOnce = 64;

/// A script's error has the words of the command that failed somewhere in it before Redis 7.
bool lacks_group(const std::optional<RedisReply>& reply) {
  return reply && reply->kind == Kind::error && reply->text.find("NOGROUP") != std::string::npos;
}

/// Of an entry whose fields are others than ours, what there is.
StreamEntry to_entry(const std::string& id, const RedisReply& fields, std::uint64_t deliveries) {
  StreamEntry entry{id, {}, {}, deliveries};
  for (std::size_t i = 0; i + 1 < fields.list.size(); i += 2) {
    if (fields.list[i].text == "c") entry.encoded_counts = fields.list[i + 1].text;
    if (fields.list[i].text == "d") entry.encoded_details = fields.list[i + 1].text;
  }
  return entry;
}

/// The entries of a list of id, fields and perhaps deliveries.
std::vector<StreamEntry> to_entries(const RedisReply& list) {
  std::vector<StreamEntry> entries;
  for (const RedisReply& entry : list.list) {
    if (entry.list.size() < 2) continue;
    const bool counted = entry.list.size() > 2 && entry.list[2].integer > 0;
    entries.push_back(to_entry(entry.list[0].text, entry.list[1],
                               counted ? static_cast<std::uint64_t>(entry.list[2].integer) : 1));
  }
  return entries;
}

/// The next few entries to name, from this one on.
std::span<const std::string> some_of(const std::vector<std::string>& entries, std::size_t from) {
  return std::span{entries}.subspan(from, std::min(kNamedAtOnce, entries.size() - from));
}

}  // namespace

RedisOptions visit_stream_options(RedisOptions base) {
  base.name = "visits";
  base.timeout = std::max<std::chrono::milliseconds>(base.timeout, kTimeout);
  base.dead_after = std::max(base.dead_after, 2 * base.timeout);
  base.max_reply_bytes = kMaxReply;
  return base;
}

/// Only the command that was refused tells that it no longer is: a server that takes no writes answers reads,
/// and one without memory lets workers go on.
void RedisVisitStream::note(Step step, const RedisReply& reply) {
  const auto bit = static_cast<unsigned>(step);
  if (reply.kind == Kind::error) {
    refusal_.begin({{"error", reply.text}});
    refused_.fetch_or(bit);
    return;
  }
  const bool was_refused = (refused_.load() & bit) != 0;
  if (was_refused && refused_.fetch_and(~bit) == bit) refusal_.end();
}

/// The answer; nothing for an error either.
awaitable<std::optional<RedisReply>> RedisVisitStream::ask(Step step, RedisCommand command) {
  const Deadline deadline = Deadline::in(client_.options().timeout);
  std::optional<RedisReply> reply = co_await client_.ask(std::move(command), deadline);
  if (reply) note(step, *reply);
  if (reply && reply->kind == Kind::error) reply.reset();
  co_return reply;
}

/// The same for a command that needs the group, which is made where there is none.
awaitable<std::optional<RedisReply>> RedisVisitStream::ask_group(Step step, RedisCommand command) {
  const Deadline deadline = Deadline::in(client_.options().timeout);
  RedisCommand again = command;
  std::optional<RedisReply> reply = co_await client_.ask(std::move(command), deadline);
  if (lacks_group(reply)) {
    // BUSYGROUP: somebody else was faster.
    RedisCommand make_group = make_group_command();
    reply = co_await client_.ask(std::move(make_group), deadline);
    if (!reply) co_return reply;
    reply = co_await client_.ask(std::move(again), deadline);
  }
  if (reply) note(step, *reply);
  if (reply && reply->kind == Kind::error) reply.reset();
  co_return reply;
}

awaitable<std::optional<std::string>> RedisVisitStream::append(visits::EncodedBatch batch) {
  RedisCommand command = append_command(batch);
  std::optional<RedisReply> reply = co_await ask(Step::append, std::move(command));
  std::optional<std::string> entry;
  if (reply && reply->kind == Kind::text) entry = std::move(reply->text);
  co_return entry;
}

awaitable<std::optional<RedisVisitStream::Length>> RedisVisitStream::length() {
  RedisCommand command = length_command();
  const std::optional<RedisReply> reply = co_await ask(Step::length, std::move(command));
  std::optional<Length> length;
  if (!reply || reply->list.size() != 3) co_return length;
  const auto number = [&](std::size_t at) { return static_cast<std::uint64_t>(reply->list[at].integer); };
  length.emplace();
  length->entries = number(0);
  if (reply->list[1].integer >= 0) length->bytes = number(1);
  if (reply->list[2].integer > 0) length->memory_limit = number(2);
  co_return length;
}

awaitable<std::optional<std::vector<bool>>> RedisVisitStream::present(std::vector<std::string> entries) {
  std::optional<std::vector<bool>> there{std::in_place};
  for (std::size_t from = 0; from < entries.size(); from += kNamedAtOnce) {
    const std::span<const std::string> some = some_of(entries, from);
    RedisCommand command = present_command(some);
    const std::optional<RedisReply> reply = co_await ask(Step::present, std::move(command));
    if (!reply || reply->list.size() != some.size()) co_return std::nullopt;
    for (const RedisReply& answer : reply->list) there->push_back(answer.integer != 0);
  }
  co_return there;
}

awaitable<RedisVisitStream::Entries> RedisVisitStream::take(std::string worker, std::size_t limit,
                                                            std::chrono::milliseconds abandoned_after) {
  const std::size_t most = std::min(limit, kMostTaken);
  Entries taken = co_await take_abandoned(worker, most, abandoned_after);
  if (!taken || taken->size() >= most) co_return taken;
  Entries fresh = co_await take_new(worker, most - taken->size());
  // What it has taken is its own, whatever became of the rest.
  if (!fresh && taken->empty()) co_return fresh;
  if (fresh) std::move(fresh->begin(), fresh->end(), std::back_inserter(*taken));
  co_return taken;
}

awaitable<RedisVisitStream::Entries> RedisVisitStream::take_abandoned(std::string worker, std::size_t limit,
                                                                      std::chrono::milliseconds after) {
  RedisCommand command = claim_command(worker, limit, after);
  const std::optional<RedisReply> reply = co_await ask_group(Step::claim, std::move(command));
  Entries entries;
  if (reply) entries = to_entries(*reply);
  co_return entries;
}

awaitable<RedisVisitStream::Entries> RedisVisitStream::take_new(std::string worker, std::size_t limit) {
  RedisCommand command = read_command(worker, limit);
  const std::optional<RedisReply> reply = co_await ask_group(Step::read, std::move(command));
  Entries entries;
  if (!reply) co_return entries;
  entries.emplace();
  // Nil where there is nothing new, else a list of the one stream: its name and its entries.
  const bool some = reply->list.size() == 1 && reply->list[0].list.size() == 2;
  if (some) entries = to_entries(reply->list[0].list[1]);
  co_return entries;
}

awaitable<bool> RedisVisitStream::finish(std::vector<std::string> entries) {
  for (std::size_t from = 0; from < entries.size(); from += kNamedAtOnce) {
    RedisCommand command = finish_command(some_of(entries, from));
    const std::optional<RedisReply> reply = co_await ask(Step::finish, std::move(command));
    if (!reply) co_return false;
  }
  co_return true;
}

awaitable<bool> RedisVisitStream::bury(StreamEntry entry, std::string reason) {
  RedisCommand command = bury_command(entry, reason);
  const std::optional<RedisReply> reply = co_await ask(Step::bury, std::move(command));
  co_return reply.has_value();
}

awaitable<bool> RedisVisitStream::leave(std::string worker) {
  RedisCommand command = leave_command(worker);
  const std::optional<std::uint64_t> forgotten = co_await forget(std::move(command));
  co_return forgotten.has_value();
}

awaitable<std::optional<std::uint64_t>> RedisVisitStream::forget_idle(std::chrono::milliseconds idle) {
  RedisCommand command = forget_idle_command(idle);
  const std::optional<std::uint64_t> forgotten = co_await forget(std::move(command));
  co_return forgotten;
}

/// A refusal is not noted: visits come through all the same, and it would hide one that matters.
awaitable<std::optional<std::uint64_t>> RedisVisitStream::forget(RedisCommand command) {
  const Deadline deadline = Deadline::in(client_.options().timeout);
  const std::optional<RedisReply> reply = co_await client_.ask(std::move(command), deadline);
  std::optional<std::uint64_t> forgotten;
  if (reply && reply->kind == Kind::integer) forgotten = static_cast<std::uint64_t>(reply->integer);
  co_return forgotten;
}

awaitable<std::optional<RedisVisitStream::Lag>> RedisVisitStream::lag() {
  RedisCommand command = lag_command();
  const std::optional<RedisReply> reply = co_await ask(Step::lag, std::move(command));
  std::optional<Lag> lag;
  if (!reply || reply->list.size() != 3) co_return lag;
  const auto number = [&](std::size_t at) { return static_cast<std::uint64_t>(reply->list[at].integer); };
  lag.emplace();
  lag->taken = std::min(number(0), number(1));
  lag->waiting = number(0) - lag->taken;
  lag->buried = number(2);
  co_return lag;
}

}  // namespace curt::cache
