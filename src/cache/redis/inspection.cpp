#include "curt/cache/redis/inspection.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "curt/cache/redis/links/redis_link_cache.hpp"
#include "curt/cache/redis/visits/redis_visit_stream.hpp"

#include "cache/redis/protocol/info_field.hpp"
#include "cache/redis/protocol/refusal_cause.hpp"

namespace curt::cache {
namespace {

using Kind = RedisReply::Kind;
using Answer = std::optional<RedisReply>;

/// A worker looks into the stream four times a second, but may be at work for some seconds.
constexpr std::int64_t kSilentFor = 60'000;  // ms

/// No key of this name is ever made.
constexpr std::string_view kNoKey = "curt:doctor";

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::uint64_t count_of(const RedisReply& reply) {
  return reply.kind == Kind::integer && reply.integer > 0 ? static_cast<std::uint64_t>(reply.integer) : 0;
}

std::uint64_t count_of(const Answer& answer) { return answer ? count_of(*answer) : 0; }

std::string refusal_of(const Answer& answer) {
  if (!answer) return "it does not answer";
  return answer->kind == Kind::error ? std::string{refusal_cause(answer->text)} : "";
}

void read_info(const Answer& answer, RedisFacts& facts) {
  if (!answer || answer->kind != Kind::text) return;
  const std::string_view info = answer->text;
  facts.tells = true;
  facts.version = info_field(info, "redis_version");
  facts.is_replica = info_field(info, "role") == "slave";
  facts.follows = info_field(info, "master_link_status") == "up";
  facts.max_memory = number_of(info_field(info, "maxmemory"));
  facts.used_memory = number_of(info_field(info, "used_memory"));
  facts.eviction = info_field(info, "maxmemory_policy");
  facts.evicted = number_of(info_field(info, "evicted_keys"));
  facts.has_append_file = info_field(info, "aof_enabled") == "1";
}

/// The value of a field in a list of names and values, as XINFO answers.
std::int64_t field_of(const RedisReply& fields, std::string_view name) {
  for (std::size_t i = 0; i + 1 < fields.list.size(); i += 2) {
    if (fields.list[i].text == name) return fields.list[i + 1].integer;
  }
  return 0;
}

RedisCommand command(std::initializer_list<std::string_view> words) {
  return make_command(RedisVerb::other, words);
}

/// What is asked, in the order in which read_answers() takes the answers.
std::vector<RedisCommand> questions() {
  constexpr std::string_view kStream = RedisVisitStream::kStream;
  constexpr std::string_view kGroup = RedisVisitStream::kGroup;
  std::vector<RedisCommand> all;
  all.push_back(command({"INFO"}));
  // An empty text at the begin of a key that is not there: the server looks whether it could write.
  all.push_back(command({"SETRANGE", kNoKey, "0", ""}));
  all.push_back(command({"EVAL", "return 1", "1", kNoKey}));
  all.push_back(command({"TIME"}));
  all.push_back(command({"XLEN", kStream}));
  all.push_back(command({"XPENDING", kStream, kGroup}));
  all.push_back(command({"XLEN", RedisVisitStream::kDead}));
  all.push_back(command({"XINFO", "CONSUMERS", kStream, kGroup}));
  // A user's rights on a channel are the same for hearing and telling.
  all.push_back(command({"SUBSCRIBE", RedisLinkCache::kChannel}));
  return all;
}

void read_answers(std::span<const Answer> answers, RedisFacts& facts) {
  read_info(answers[0], facts);
  facts.write_refusal = refusal_of(answers[1]);
  facts.script_refusal = refusal_of(answers[2]);
  facts.time_refusal = refusal_of(answers[3]);
  facts.waiting = count_of(answers[4]);
  const Answer& pending = answers[5];
  if (pending && pending->kind == Kind::list && !pending->list.empty()) {
    facts.taken = count_of(pending->list.front());
  }
  facts.buried = count_of(answers[6]);
  facts.channel_refusal = refusal_of(answers[8]);
  const Answer& consumers = answers[7];  // an error where there is no group
  if (!consumers || consumers->kind != Kind::list) return;
  facts.workers = static_cast<std::size_t>(std::ranges::count_if(
      consumers->list, [](const RedisReply& one) { return field_of(one, "idle") < kSilentFor; }));
}

}  // namespace

awaitable<RedisFacts> inspect_redis(RedisClient& client, Deadline deadline) {
  using SteadyClock = std::chrono::steady_clock;
  constexpr int kTimes = 5;
  RedisFacts facts;
  for (int i = 0; i < kTimes; ++i) {
    RedisCommand ping = command({"PING"});
    const auto begun = SteadyClock::now();
    const Answer pong = co_await client.ask(std::move(ping), deadline);
    if (!pong) co_return facts;
    const auto taken = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - begun);
    facts.answered_in = std::max(facts.answered_in.value_or(taken), taken);
  }
  std::vector<Answer> answers;
  std::vector<RedisCommand> all = questions();
  for (RedisCommand& question : all) {
    Answer answer = co_await client.ask(std::move(question), deadline);
    answers.push_back(std::move(answer));
  }
  read_answers(answers, facts);
  co_return facts;
}

}  // namespace curt::cache
