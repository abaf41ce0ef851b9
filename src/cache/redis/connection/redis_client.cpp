#include "curt/cache/redis/connection/redis_client.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "cache/redis/connection/redis_connector.hpp"
#include "cache/redis/connection/redis_subscription.hpp"

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
  if (context_->observer == nullptr || executors.empty()) return;
  auto subscription = std::make_shared<RedisSubscription>(executors.front(), context_);
  subscription_ = subscription;
  net::post(executors.front(), [subscription] { subscription->start(); });
  context_->observer->started(executors.front());
}

void RedisClient::stop() {
  for (const Place& place : places_) {
    const bool first = &place == &places_.front();
    net::post(place.executor, [connector = place.connector, context = context_, first] {
      const auto still_there = connector.lock();
      if (!still_there) return;
      if (first && context->observer != nullptr) context->observer->stopping();
      still_there->stop();
    });
  }
  if (places_.empty()) return;
  net::post(places_.front().executor, [subscription = subscription_] {
    if (const auto still_there = subscription.lock()) still_there->stop();
  });
  context_->stopped = true;
}

void RedisClient::submit(RedisCommand command, Deadline deadline, Waiter waiter) {
  for (const Place& place : places_) {
    if (!place.executor.running_in_this_thread()) continue;
    if (const auto connector = place.connector.lock()) {
      connector->submit(std::move(command), deadline, std::move(waiter));
      return;
    }
  }
  if (!places_.empty() && !context_->stopped && !places_.front().connector.expired()) {
    net::post(places_.front().executor, [connector = places_.front().connector, command = std::move(command),
                                         deadline, waiter = std::move(waiter)]() mutable {
      if (const auto there = connector.lock()) {
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
  if (places_.empty() || context_->stopped) return std::nullopt;
  for (const Place& place : places_) {
    if (place.executor.running_in_this_thread()) return place.executor;
  }
  return places_.front().executor;
}

Reachability::State RedisClient::reachability() const { return context_->health.state(); }

bool RedisClient::is_subscribed() const noexcept { return context_->subscribed; }

const RedisOptions& RedisClient::options() const noexcept { return context_->options; }

}  // namespace curt::cache
