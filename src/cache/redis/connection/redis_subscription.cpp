#include "cache/redis/connection/redis_subscription.hpp"

#include <array>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>

#include "curt/base/backoff.hpp"
#include "curt/base/logging.hpp"

#include "cache/redis/connection/open_socket.hpp"

namespace curt::cache {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kPingInterval = std::chrono::milliseconds{250};
/// What has come while this thread was busy is read before it counts as silence.
constexpr auto kSecondLook = std::chrono::milliseconds{10};

}  // namespace

void RedisSubscription::start() { net::co_spawn(executor_, run(shared_from_this()), net::detached); }

void RedisSubscription::stop() {
  stopping_ = true;
  pause_.cancel();
  if (socket_) socket_->close();
}

awaitable<void> RedisSubscription::run(std::shared_ptr<RedisSubscription> self) {
  Backoff backoff{kFirstPause, kLongestPause};
  while (!self->stopping_) {
    self->socket_ = std::make_shared<RedisSocket>(self->executor_);
    try {
      co_await self->listen(*self->socket_);
    } catch (const std::exception& failure) {  // no memory, no file descriptor
      log::debug("subscription to redis failed", {{"error", failure.what()}});
    }
    self->socket_->close();
    const bool held = self->context_->subscribed.exchange(false);
    if (held && !self->stopping_) {
      log::warn("subscription to redis lost");
      self->context_->observer->deaf();
    }
    if (self->stopping_) break;
    if (held) backoff.succeeded();
    boost::system::error_code ignored;
    self->pause_.expires_after(backoff.failed());
    co_await self->pause_.async_wait(net::redirect_error(use_awaitable, ignored));
    if (!self->stopping_) self->context_->metrics.reconnects.add();
  }
}

awaitable<void> RedisSubscription::listen(RedisSocket& socket) {
  RedisReplyReader reader;
  const Opening opening = co_await open_socket(socket, *context_, reader, context_->options.connect_timeout);
  if (!opening.problem.empty() || stopping_) co_return;
  heard_at_ = SteadyClock::now();
  const RedisCommand subscribe = make_command(RedisVerb::other, {"SUBSCRIBE", context_->channel});
  boost::system::error_code error = co_await socket.write(subscribe.bytes);
  if (error) co_return;
  net::co_spawn(executor_, watch(shared_from_this(), socket.shared_from_this()), net::detached);
  std::array<char, 4096> buffer{};
  while (!socket.is_closed()) {
    const std::size_t got = co_await socket.read(buffer, error);
    if (error) break;
    heard_at_ = SteadyClock::now();
    reader.feed({buffer.data(), got});
    while (auto reply = reader.next()) {
      if (!take(*reply, socket)) co_return;
    }
    if (reader.failed()) break;
  }
}

awaitable<void> RedisSubscription::watch(std::shared_ptr<RedisSubscription> self,
                                         std::shared_ptr<RedisSocket> socket) {
  const RedisCommand ping = make_command(RedisVerb::other, {"PING"});
  while (co_await socket->sleep(kPingInterval)) {
    const auto silence = self->context_->options.silence;
    if (SteadyClock::now() - self->heard_at_ >= silence) {
      const bool open = co_await socket->sleep(kSecondLook);
      if (!open || SteadyClock::now() - self->heard_at_ < silence) continue;
      socket->close();
      break;
    }
    const boost::system::error_code error = co_await socket->write(ping.bytes);
    if (error) socket->close();
  }
}

bool RedisSubscription::take(const RedisReply& reply, RedisSocket& socket) {
  using Kind = RedisReply::Kind;
  const auto is_text = [&](std::size_t at, std::string_view text) {
    return reply.list[at].kind == Kind::text && reply.list[at].text == text;
  };
  if (stopping_ || socket.is_closed()) return false;
  if (reply.kind != Kind::list || reply.list.empty()) return false;
  if (is_text(0, "pong")) return true;
  if (reply.list.size() != 3 || !is_text(1, context_->channel)) return false;
  if (is_text(0, "subscribe")) {
    if (context_->subscribed.exchange(true)) return true;
    log::info("subscribed to redis", {{"channel", context_->channel}});
    context_->observer->listening();
    return true;
  }
  if (!is_text(0, "message") || reply.list[2].kind != Kind::text) return false;
  context_->metrics.messages.add();
  context_->observer->message(reply.list[2].text);
  return true;
}

}  // namespace curt::cache
