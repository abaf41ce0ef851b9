#include "app/doctor/checks/redis_check.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>

#include "curt/base/address.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/units.hpp"

#include "app/doctor/amounts.hpp"
#include "app/wiring/background_thread.hpp"
#include "app/wiring/options.hpp"

namespace curt::app {
namespace {

using cache::RedisFacts;

constexpr std::chrono::seconds kConnectPatience{2};
constexpr std::chrono::milliseconds kAskPatience{1500};

/// The version's first two numbers, as 602 for 6.2.
int version_of(std::string_view text) {
  int major = 0;
  int minor = 0;
  const auto [dot, error] = std::from_chars(text.data(), text.data() + text.size(), major);
  if (error == std::errc{} && dot != text.data() + text.size()) {
    std::from_chars(dot + 1, text.data() + text.size(), minor);
  }
  return major * 100 + minor;
}

void judge_writes(const RedisFacts& facts, Findings& findings) {
  if (facts.is_replica) {
    findings.warn(
        fmt::format("it is a replica{}: links are read there, and nothing can be told to other instances",
                    facts.follows ? "" : " whose master is away"),
        "CURT_REDIS_URL has to name the master");
  } else if (!facts.write_refusal.empty()) {
    findings.warn(fmt::format("it takes no writes: {}", facts.write_refusal),
                  "until it does, the database is asked first, and visits go straight to it");
  }
  if (!facts.script_refusal.empty()) {
    findings.warn(fmt::format("it runs no scripts for us: {}", facts.script_refusal),
                  "docs/configuration.md, \"Redis\", names the rights of a user");
  }
}

void judge_time(const Settings& settings, const RedisFacts& facts, Findings& findings) {
  if (facts.time_refusal.empty() || quotas(settings).are_off()) return;
  findings.warn(fmt::format("it does not tell us its time, so that each instance counts CURT_LIMIT_… by "
                            "itself: {}",
                            facts.time_refusal),
                "ACL SETUSER … +time");
}

void judge_channel(const RedisFacts& facts, Findings& findings) {
  if (facts.channel_refusal.empty()) return;
  findings.warn(fmt::format("instances can neither hear of each other's changes there nor tell of them: {}",
                            facts.channel_refusal),
                "ACL SETUSER … resetchannels &curt:invalidate +subscribe +publish");
}

void judge_memory(const RedisFacts& facts, Findings& findings) {
  if (!facts.tells) {
    findings.warn(
        "this user may not ask for INFO, so that curt cannot tell which server it is and asks the database "
        "first for good",
        "ACL SETUSER … +info");
    return;
  }
  const bool has_limit = facts.max_memory > 0;
  const std::string use = has_limit
                              ? fmt::format("{} of {} are used, {}", about(facts.used_memory),
                                            about(facts.max_memory), facts.eviction)
                              : fmt::format("{} are used, and nothing limits it", about(facts.used_memory));
  if (!has_limit) {
    findings.note(fmt::format("memory: {}", use),
                  "--maxmemory with --maxmemory-policy volatile-lru bounds it");
  } else if (facts.eviction == "noeviction") {
    findings.warn(fmt::format("memory: {}: once it is full, it takes no links and no visits", use),
                  "--maxmemory-policy volatile-lru");
  } else if (facts.eviction.starts_with("allkeys-")) {
    findings.ok(fmt::format("memory: {}; a stream of visits that is evicted is sent again", use));
  } else {
    findings.ok(fmt::format("memory: {}", use));
  }
  if (facts.has_append_file) {
    findings.note("it keeps an append-only file, which costs it time and which nothing here needs",
                  "--appendonly no, unless others use this Redis");
  }
}

void judge_stream(const Settings& settings, const RedisFacts& facts, Findings& findings) {
  if (settings.uses_sqlite()) return;  // the one instance writes its visits by itself
  const std::string waiting =
      fmt::format("{} batch(es) of visits wait in it, {} of them taken", facts.waiting, facts.taken);
  if (facts.workers > 0) {
    findings.ok(fmt::format("{}; {} worker(s) take them", waiting, facts.workers));
  } else if (settings.with_worker) {
    findings.ok(fmt::format("{}; this instance will take them", waiting));
  } else {
    findings.warn(
        fmt::format("{}, and no worker has asked for visits within the last minute: they are counted "
                    "only when one does",
                    waiting),
        "run `curt worker`, or set CURT_WITH_WORKER=true for some instances");
  }
  if (facts.waiting >= settings.visit_stream_length) {
    findings.note("the stream is full (CURT_VISIT_STREAM_LENGTH): more waits in the spools");
  }
  if (facts.buried > 0) {
    findings.note(fmt::format("{} batch(es) were put aside: their visits are not counted", facts.buried),
                  "XRANGE curt:visits:dead - + shows them and why");
  }
}

void judge_way(const cache::RedisAddress& address, Findings& findings) {
  if (address.tls) {
    findings.ok("the connection has TLS, and the server's certificate is verified");
  } else if (address.path.empty() && !is_local_host(address.host)) {
    findings.warn(fmt::format("links, visits{} cross the network without TLS",
                              address.password.empty() ? "" : " and the password"),
                  "rediss:// is with TLS");
  }
}

}  // namespace

void judge_redis(const Settings& settings, const RedisFacts& facts, Findings& findings) {
  constexpr int kOldestVersion = 602;
  if (!facts.answered_in) {
    findings.warn("it was connected to and does not answer", "the database is asked as long as it is so");
    return;
  }
  const std::string times =
      fmt::format("the slowest of a few answers took {}", in_milliseconds(*facts.answered_in));
  if (*facts.answered_in > settings.redis_timeout) {
    findings.warn(
        fmt::format("{}, more than CURT_REDIS_TIMEOUT ({})", times, format_duration(settings.redis_timeout)),
        "raise it, or find out why: what comes later counts as no answer");
  } else {
    findings.ok(times);
  }
  if (facts.tells && version_of(facts.version) < kOldestVersion) {
    findings.warn(fmt::format("Redis {} is older than 6.2, which curt needs", facts.version), "upgrade it");
  } else if (facts.tells) {
    findings.ok(fmt::format("Redis {}", facts.version));
  }
  judge_writes(facts, findings);
  judge_time(settings, facts, findings);
  judge_channel(facts, findings);
  judge_memory(facts, findings);
  judge_stream(settings, facts, findings);
}

void check_redis(const Settings& settings, Findings& findings) {
  if (settings.redis_url.empty()) {
    findings.ok(settings.uses_sqlite() ? "none is named, and one instance needs none"
                                       : "none is named: instances see in the database what others change");
    return;
  }
  auto options = redis_options(settings);
  if (!options) {
    findings.fail(options.error().detail);
    return;
  }
  const cache::RedisAddress address = options->address;
  const std::string name = to_string(address);
  options->name = "doctor";
  options->connect_timeout = kConnectPatience;
  options->timeout = kAskPatience;
  options->dead_after = 2 * kAskPatience;
  const SystemClock clock;
  Metrics metrics;
  auto client = cache::RedisClient::make(std::move(*options), metrics, clock);
  if (!client) {
    findings.fail(client.error().detail, "CURT_REDIS_CA_FILE names certificates in PEM");
    return;
  }
  BackgroundThread thread;
  const std::array executors{thread.executor()};
  (*client)->start(executors);
  const auto end = std::chrono::steady_clock::now() + kConnectPatience + std::chrono::milliseconds{100};
  while (!(*client)->reachability().up && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  const Reachability::State state = (*client)->reachability();
  if (!state.up) {
    findings.warn(fmt::format("{}: {}", name, state.detail.empty() ? "no answer" : state.detail),
                  "`curt serve` starts all the same and asks the database; visits go straight to it");
  } else {
    findings.ok(fmt::format("{} answers", name));
    judge_way(address, findings);
    auto facts = net::co_spawn(thread.executor(), cache::inspect_redis(**client, Deadline::in(kAskPatience)),
                               net::use_future);
    judge_redis(settings, facts.get(), findings);
  }
  (*client)->stop();
  thread.stop(BackgroundThread::kGoodbye);
}

}  // namespace curt::app
