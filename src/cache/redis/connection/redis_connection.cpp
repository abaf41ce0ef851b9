#include "cache/redis/connection/redis_connection.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

namespace curt::cache {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Bytes that may wait to be written: more means that the server has stopped reading.
constexpr std::size_t kMaxWaiting = std::size_t{8} << 20U;
/// How often it is looked, at least, whether the server is left alone.
constexpr auto kLookInterval = std::chrono::milliseconds{250};
/// A connection that was silent for this long asks whether the server still answers.
constexpr auto kPingAfter = std::chrono::milliseconds{500};
/// A timer that is due this little earlier than another deadline is left as it is.
constexpr auto kTimerSlack = std::chrono::milliseconds{1};

/// Whether a command that had this long for its answer says something of the server when none came. The
/// caller has counted the timeout from a moment that is a little earlier than that at which the command is
/// sent.
bool had_time(SteadyClock::duration time, std::chrono::milliseconds timeout) {
  return time >= timeout - timeout / 10;
}

}  // namespace

RedisConnection::RedisConnection(const Executor& executor, std::shared_ptr<RedisSocket> socket,
                                 RedisReplyReader reader, std::shared_ptr<RedisContext> context)
    : socket_(std::move(socket)),
      reader_(std::move(reader)),
      context_(std::move(context)),
      timer_(executor),
      executor_(executor),
      sent_at_(SteadyClock::now()) {
  context_->health.opened();
}

RedisConnection::~RedisConnection() {
  if (open_) context_->health.closed();
  const RedisMetrics& metrics = context_->metrics;
  metrics.in_flight.add(-static_cast<std::int64_t>(slots_.size()));
  context_->unanswered -= static_cast<int>(slots_.size());
}

void RedisConnection::resume(RedisWaiter& waiter, RedisAnswer answer) {
  if (waiter) (*waiter)(std::move(answer));
  waiter.reset();
}

void RedisConnection::submit(RedisCommand command, Deadline deadline, RedisWaiter waiter) {
  const bool room = slots_.size() < context_->options.max_in_flight && out_.size() < kMaxWaiting;
  const bool usable = open_ && !finishing_;
  if (!usable || !room) {
    context_->metrics.ended(command.verb, CommandResult::unreachable);
    resume(waiter, RedisAnswer{.reply = {}, .disconnected = !usable});
    return;
  }
  const TimePoint now = SteadyClock::now();
  const TimePoint until = std::min(deadline.at(), now + context_->options.timeout);
  slots_.push_back(Slot{std::move(waiter), command.verb, true, now, until});
  context_->metrics.in_flight.add(1);
  ++context_->unanswered;
  out_ += command.bytes;
  sent_at_ = now;
  arm(std::min(until, now + kLookInterval));
  if (wake_writer_) {
    Completion<bool> wake = std::move(*wake_writer_);
    wake_writer_.reset();
    wake(true);
  }
}

awaitable<std::string> RedisConnection::run() {
  const std::shared_ptr<RedisConnection> self = shared_from_this();
  net::co_spawn(executor_, write_all(weak_from_this()), net::detached);
  arm(SteadyClock::now() + kLookInterval);
  std::array<char, 16 * 1024> buffer{};
  while (open_) {
    boost::system::error_code error;
    const std::size_t got = co_await socket_->read(buffer, error);
    if (!open_) break;
    if (error) {
      end(error == net::error::eof ? "the server closed the connection"
                                   : "the connection broke: " + error.message());
      break;
    }
    reader_.feed({buffer.data(), got});
    const TimePoint now = SteadyClock::now();
    while (auto reply = reader_.next()) {
      if (!answer(std::move(*reply), now)) break;
    }
    if (reader_.failed()) end("the server sent what is not Redis's protocol");
  }
  co_return why_;
}

/// While it has nothing to do it does not hold the connection, which then can be destroyed together with it.
awaitable<void> RedisConnection::write_all(std::weak_ptr<RedisConnection> weak) {
  std::string writing;
  while (std::shared_ptr<RedisConnection> self = weak.lock()) {
    if (!self->open_) break;
    if (self->out_.empty()) {
      auto wait = [connection = self.get()](Completion<bool> completion) {
        connection->wake_writer_.emplace(std::move(completion));
      };
      self.reset();
      co_await suspend<bool>(wait);
      continue;
    }
    writing.clear();
    writing.swap(self->out_);
    const boost::system::error_code error = co_await self->socket_->write(writing);
    if (error) self->end("the connection broke: " + error.message());
  }
}

bool RedisConnection::answer(RedisReply reply, TimePoint now) {
  if (slots_.empty()) {
    end("the server sent what nobody asked for");
    return false;
  }
  Slot slot = std::move(slots_.front());
  slots_.pop_front();
  context_->metrics.in_flight.add(-1);
  --context_->unanswered;
  has_answered_ = true;
  // After a change of roles the name may lead to another server.
  const bool read_only = reply.is_error("READONLY");
  if (slot.waited_for) {
    const bool refused = reply.kind == RedisReply::Kind::error;
    context_->metrics.ended(slot.verb, refused ? CommandResult::error : CommandResult::ok);
    context_->metrics.seconds.observe(now - slot.sent_at);
    resume(slot.waiter, RedisAnswer{std::move(reply)});
  }
  context_->health.answered(now - slot.sent_at);
  if (read_only && open_ && !left_) {
    left_ = true;
    // Who was just answered may still say that the change was refused.
    net::post(executor_, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->finish();
    });
  }
  if (finishing_ && slots_.empty()) end("closed");
  return open_;
}

void RedisConnection::arm(TimePoint at) {
  if (armed_for_ <= at + kTimerSlack) return;
  armed_for_ = at;
  timer_.expires_at(at);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
    const auto self = weak.lock();
    if (self && !cancelled) self->check_deadlines();
  });
}

void RedisConnection::check_deadlines() {
  if (!open_) return;
  const TimePoint now = SteadyClock::now();
  armed_for_ = TimePoint::max();
  // A new connection finds out sooner whether the server is back: the kernel sends seldom on one on which
  // nothing was confirmed for long (RFC 6298, section 5.5).
  if (context_->health.is_left_alone()) {
    end("the server is left alone");
    return;
  }
  if (slots_.empty()) {
    if (now < sent_at_ + kPingAfter) {
      arm(std::min(sent_at_ + kPingAfter, now + kLookInterval));
    } else if (!finishing_) {
      submit(make_command(RedisVerb::other, {"PING"}), Deadline{TimePoint::max()}, std::nullopt);
    }
    return;
  }
  TimePoint next = slots_.front().sent_at + context_->options.dead_after;
  if (next <= now || (finishing_ && slots_.back().deadline <= now)) {
    end(finishing_ ? "closed" : fmt::format("no answer for {} ms", context_->options.dead_after.count()));
    return;
  }
  for (Slot& slot : slots_) {
    if (!slot.waited_for) continue;
    if (slot.deadline > now) {
      next = std::min(next, slot.deadline);
      continue;
    }
    slot.waited_for = false;
    context_->metrics.ended(slot.verb, CommandResult::timeout);
    // Where its caller had less time than the server may take, that says nothing of the server.
    if (had_time(slot.deadline - slot.sent_at, context_->options.timeout)) context_->health.overdue();
    resume(slot.waiter, RedisAnswer{});
  }
  arm(std::min(next, now + kLookInterval));
}

void RedisConnection::finish() {
  if (!open_) return;
  finishing_ = true;
  if (slots_.empty() || slots_.back().deadline <= SteadyClock::now()) end("closed");
}

void RedisConnection::end(std::string why) {
  if (!open_) return;
  const auto self = shared_from_this();
  open_ = false;
  context_->health.closed();
  why_ = std::move(why);
  socket_->close();
  timer_.cancel();
  if (wake_writer_) {
    Completion<bool> wake = std::move(*wake_writer_);
    wake_writer_.reset();
    wake(false);
  }
  if (slots_.empty()) return;
  context_->metrics.in_flight.add(-static_cast<std::int64_t>(slots_.size()));
  context_->unanswered -= static_cast<int>(slots_.size());
  std::deque<Slot> lost;
  lost.swap(slots_);
  for (Slot& slot : lost) {
    if (slot.waited_for) context_->metrics.ended(slot.verb, CommandResult::unreachable);
    resume(slot.waiter, RedisAnswer{.reply = {}, .disconnected = true});
  }
}

}  // namespace curt::cache
