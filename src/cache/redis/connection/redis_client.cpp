#include "curt/cache/redis/connection/redis_client.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "curt/base/backoff.hpp"

#include "cache/redis/connection/gathering.hpp"
#include "cache/redis/connection/redis_connector.hpp"
#include "cache/redis/connection/redis_subscription.hpp"
#include "cache/redis/connection/redis_watchdog.hpp"

namespace curt::cache {
namespace {

/// A thread that is busy answers so much later than its connection.
constexpr auto kLate = std::chrono::milliseconds{20};

constexpr int kMostRetries = 2;

/// The bound of the pause before the first retry; the second is twice as long. A connection has been made
/// again by then, and there is time left for the answer.
constexpr auto kRetryPause = std::chrono::milliseconds{10};

std::chrono::milliseconds retry_pause(std::chrono::milliseconds timeout, int retries) {
  const std::chrono::milliseconds bound = (retries + 1) * std::min(kRetryPause, timeout / 5);
  return Backoff{bound, bound}.failed();
}

/// Asks on the executor's own thread, where `answer` is called too.
template <class Answer>
void ask_at(const Executor& executor, std::weak_ptr<RedisConnector> connector, RedisCommand command,
            Deadline deadline, Answer answer) {
  net::post(executor, [executor, connector = std::move(connector), command = std::move(command), deadline,
                       answer = std::move(answer)]() mutable {
    const auto there = connector.lock();
    if (!there || !there->is_open()) {
      answer(ConnectionReply{});
      return;
    }
    if (there->is_left_alone()) {
      answer(ConnectionReply{true, {}});
      return;
    }
    auto answered = [answer = std::move(answer)](RedisAnswer given) mutable {
      answer(ConnectionReply{true, std::move(given.reply)});
    };
    Completion<RedisAnswer> completion{net::bind_executor(executor, std::move(answered))};
    there->submit(std::move(command), deadline, std::move(completion));
  });
}

}  // namespace

result<std::unique_ptr<RedisClient>> RedisClient::make(RedisOptions options, Metrics& metrics,
                                                       const Clock& clock) {
  auto context = std::make_shared<RedisContext>(std::move(options), metrics, clock);
  const std::string& ca_file = context->options.ca_file;
  boost::system::error_code error;
  if (ca_file.empty()) {
    context->tls.set_default_verify_paths(error);
  } else {
    context->tls.load_verify_file(ca_file, error);
  }
  if (error) {
    const std::string source = ca_file.empty() ? "the system's" : "redis_ca_file " + ca_file;
    return Error{ErrorCode::invalid_value,
                 fmt::format("cannot read the certificates to trust, {}: {}", source, error.message())};
  }
  return std::unique_ptr<RedisClient>{new RedisClient{std::move(context)}};
}

RedisClient::RedisClient(std::shared_ptr<RedisContext> context) : context_(std::move(context)) {}

RedisClient::~RedisClient() = default;

void RedisClient::observe(RedisObserver& observer, std::string channel) {
  context_->observer = &observer;
  context_->channel = std::move(channel);
}

void RedisClient::start(std::span<const Executor> executors) {
  std::vector<std::shared_ptr<RedisConnector>> connectors;
  for (const Executor& executor : executors) {
    auto connector = std::make_shared<RedisConnector>(executor, context_);
    places_.push_back({executor, connector});
    connectors.push_back(std::move(connector));
  }
  // All places are there before the first of them can be asked.
  for (std::size_t i = 0; i < connectors.size(); ++i) {
    net::post(executors[i], [connector = connectors[i]] { connector->start(); });
  }
  if (executors.empty()) return;
  auto watchdog = std::make_shared<RedisWatchdog>(executors.front(), context_);
  watchdog_ = watchdog;
  net::post(executors.front(), [watchdog] { watchdog->start(); });
  if (context_->observer == nullptr) return;
  auto subscription = std::make_shared<RedisSubscription>(executors.front(), context_);
  subscription_ = subscription;
  net::post(executors.front(), [subscription] { subscription->start(); });
}

void RedisClient::stop() {
  for (const Place& place : places_) {
    net::post(place.executor, [connector = place.connector] {
      if (const auto still_there = connector.lock()) still_there->stop();
    });
  }
  if (places_.empty()) return;
  net::post(places_.front().executor, [subscription = subscription_, watchdog = watchdog_] {
    if (const auto still_there = subscription.lock()) still_there->stop();
    if (const auto still_there = watchdog.lock()) still_there->stop();
  });
  context_->stopped = true;
}

void RedisClient::submit(RedisCommand command, Deadline deadline, Waiter waiter) {
  if (!context_->health.lets_through()) {
    context_->metrics.ended(command.verb, CommandResult::left_alone);
    if (waiter) (*waiter)(RedisAnswer{});
    return;
  }
  for (const Place& place : places_) {
    if (!place.executor.running_in_this_thread()) continue;
    if (const auto connector = place.connector.lock()) {
      connector->submit(std::move(command), deadline, std::move(waiter));
      return;
    }
  }
  if (!places_.empty() && !context_->stopped && !places_.front().connector.expired()) {
    submit_to(places_.front(), std::move(command), deadline, std::move(waiter));
    return;
  }
  context_->metrics.ended(command.verb, CommandResult::unreachable);
  if (waiter) (*waiter)(RedisAnswer{});
}

/// On the place's own thread.
void RedisClient::submit_to(const Place& place, RedisCommand command, Deadline deadline, Waiter waiter) {
  net::post(place.executor, [connector = place.connector, command = std::move(command), deadline,
                             waiter = std::move(waiter)]() mutable {
    if (const auto there = connector.lock()) {
      there->submit(std::move(command), deadline, std::move(waiter));
    } else if (waiter) {
      (*waiter)(RedisAnswer{});
    }
  });
}

awaitable<std::optional<RedisReply>> RedisClient::ask(RedisCommand command, Deadline deadline) {
  auto begin = [&](Completion<RedisAnswer> completion) {
    submit(std::move(command), deadline, Waiter{std::move(completion)});
  };
  RedisAnswer answer = co_await suspend<RedisAnswer>(begin);
  co_return std::move(answer.reply);
}

awaitable<std::optional<RedisReply>> RedisClient::ask_idempotent(RedisCommand command, Deadline deadline) {
  const auto timeout = context_->options.timeout;
  const Deadline end{std::min(deadline.at(), std::chrono::steady_clock::now() + timeout)};
  RedisAnswer answer;
  for (int retries = 0;; ++retries) {
    auto begin = [&](Completion<RedisAnswer> completion) {
      RedisCommand copy = command;
      submit(std::move(copy), end, Waiter{std::move(completion)});
    };
    answer = co_await suspend<RedisAnswer>(begin);
    if (!answer.disconnected || retries == kMostRetries) break;
    const auto pause = retry_pause(timeout, retries);
    if (context_->stopped || context_->health.is_left_alone() || end.remaining() <= pause) break;
    const Executor executor = co_await net::this_coro::executor;
    SteadyTimer timer{executor, pause};
    co_await timer.async_wait(use_awaitable);
    context_->metrics.retries.add();
  }
  co_return std::move(answer.reply);
}

awaitable<std::vector<ConnectionReply>> RedisClient::ask_each(RedisCommand command, Deadline deadline) {
  std::vector<ConnectionReply> replies;
  if (context_->stopped || places_.empty()) co_return replies;
  const auto until = std::min(deadline.at(), std::chrono::steady_clock::now() + context_->options.timeout);
  const auto gathering = std::make_shared<Gathering>(places_.size());
  for (std::size_t i = 0; i < places_.size(); ++i) {
    auto answer = [gathering, i](ConnectionReply reply) { gathering->answer(i, std::move(reply)); };
    ask_at(places_[i].executor, places_[i].connector, command, Deadline{until}, std::move(answer));
  }
  replies = co_await Gathering::wait(gathering, until + kLate);
  co_return replies;
}

void RedisClient::send(RedisCommand command) {
  submit(std::move(command), Deadline::in(context_->options.timeout), std::nullopt);
}

std::optional<Executor> RedisClient::executor_here() const {
  if (places_.empty() || context_->stopped) return std::nullopt;
  for (const Place& place : places_) {
    if (place.executor.running_in_this_thread()) return place.executor;
  }
  return places_.front().executor;
}

Reachability::State RedisClient::reachability() const { return context_->health.state(); }

std::uint64_t RedisClient::connects() const noexcept { return context_->connects; }

bool RedisClient::is_subscribed() const noexcept { return context_->subscribed; }

const RedisOptions& RedisClient::options() const noexcept { return context_->options; }

}  // namespace curt::cache
