#include "curt/cache/redis/redis_client.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "cache/redis/redis_connection.hpp"
#include "cache/redis/redis_subscription.hpp"

namespace curt::cache {

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
                 fmt::format("cannot read the certificates to trust, {}: {}", source, error.message()),
                 {},
                 {}};
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
  std::vector<std::shared_ptr<RedisConnection>> connections;
  for (const Executor& executor : executors) {
    auto connection = std::make_shared<RedisConnection>(executor, context_);
    lanes_.push_back({executor, connection});
    connections.push_back(std::move(connection));
  }
  // All lanes are there before the first of them can be asked.
  for (std::size_t i = 0; i < connections.size(); ++i) {
    net::post(executors[i], [connection = connections[i]] { connection->start(); });
  }
  if (context_->observer == nullptr || executors.empty()) return;
  auto subscription = std::make_shared<RedisSubscription>(executors.front(), context_);
  subscription_ = subscription;
  net::post(executors.front(), [subscription] { subscription->start(); });
  context_->observer->started(executors.front());
}

void RedisClient::stop() {
  for (const Lane& lane : lanes_) {
    const bool first = &lane == &lanes_.front();
    net::post(lane.executor, [connection = lane.connection, context = context_, first] {
      const auto still_there = connection.lock();
      if (!still_there) return;
      if (first && context->observer != nullptr) context->observer->stopping();
      still_there->stop();
    });
  }
  if (lanes_.empty()) return;
  net::post(lanes_.front().executor, [subscription = subscription_] {
    if (const auto still_there = subscription.lock()) still_there->stop();
  });
  context_->stopped = true;
}

void RedisClient::submit(RedisCommand command, Deadline deadline, Waiter waiter) {
  for (const Lane& lane : lanes_) {
    if (!lane.executor.running_in_this_thread()) continue;
    if (const auto connection = lane.connection.lock()) {
      connection->submit(std::move(command), deadline, std::move(waiter));
      return;
    }
  }
  if (!lanes_.empty() && !context_->stopped && !lanes_.front().connection.expired()) {
    net::post(lanes_.front().executor, [connection = lanes_.front().connection, command = std::move(command),
                                        deadline, waiter = std::move(waiter)]() mutable {
      if (const auto there = connection.lock()) {
        there->submit(std::move(command), deadline, std::move(waiter));
      } else if (waiter) {
        (*waiter)(std::nullopt);
      }
    });
    return;
  }
  context_->metrics.ended(command.verb, CommandResult::unreachable);
  if (waiter) (*waiter)(std::nullopt);
}

awaitable<std::optional<RedisReply>> RedisClient::ask(RedisCommand command, Deadline deadline) {
  auto begin = [&](Completion<std::optional<RedisReply>> completion) {
    submit(std::move(command), deadline, Waiter{std::move(completion)});
  };
  std::optional<RedisReply> reply = co_await suspend<std::optional<RedisReply>>(begin);
  co_return reply;
}

void RedisClient::send(RedisCommand command) {
  submit(std::move(command), Deadline::in(context_->options.timeout), std::nullopt);
}

std::optional<Executor> RedisClient::executor_here() const {
  if (lanes_.empty() || context_->stopped) return std::nullopt;
  for (const Lane& lane : lanes_) {
    if (lane.executor.running_in_this_thread()) return lane.executor;
  }
  return lanes_.front().executor;
}

Reachability::State RedisClient::reachability() const { return context_->health.state(); }

bool RedisClient::is_subscribed() const noexcept { return context_->subscribed; }

const RedisOptions& RedisClient::options() const noexcept { return context_->options; }

}  // namespace curt::cache
