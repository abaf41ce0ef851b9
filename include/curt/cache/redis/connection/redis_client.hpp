#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/deadline.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/reachability.hpp"
#include "curt/cache/redis/protocol/redis_address.hpp"
#include "curt/cache/redis/protocol/redis_command.hpp"
#include "curt/cache/redis/protocol/redis_reply.hpp"

namespace curt::cache {

struct RedisOptions {
  RedisAddress address;
  /// Gives the address for each connection that is made, so that a changed password is taken; empty:
  /// `address` stays. The number of the database is always that of `address`. Called on a thread of its
  /// own, one at a time, perhaps still when the client is gone; may block.
  std::function<RedisAddress()> address_now = {};
  /// Tells this client from others to the same server: `client` in metrics. The dependency is "redis" for
  /// the cache, "redis_<name>" for others.
  std::string name = "cache";
  std::chrono::milliseconds timeout{50};  ///< for one command, from its asking to its answer
  std::string ca_file;               ///< PEM certificates to trust instead of the system's; empty for these
  std::size_t max_in_flight = 4096;  ///< commands of one connection that wait for their answers
  std::chrono::milliseconds dead_after{1'000};  ///< a command this old without an answer ends its connection
  std::size_t max_reply_bytes = RedisReplyReader::kMaxBytes;  ///< a longer answer ends its connection
  std::chrono::milliseconds connect_timeout{1'000};  ///< for name, connection, TLS and greeting together
  std::chrono::milliseconds silence{
      500};  ///< a subscription that hears nothing for so long, over 250 ms, is broken
};

/// What one connection answered.
struct ConnectionReply {
  bool connected = false;  ///< whether it was open when it was asked, or may have been
  std::optional<RedisReply> reply;
};

/// Who wants to know what happens to a client. Called on threads of the client's executors; must not block.
class RedisObserver {
 public:
  virtual ~RedisObserver() = default;

  /// Something was published on the channel.
  virtual void message(std::string_view payload) = 0;
  /// The channel is subscribed to: from now on nothing goes by unheard.
  virtual void listening() = 0;
  /// It no longer is.
  virtual void deaf() = 0;
  /// A connection for commands was made and is about to be used.
  virtual void connected() = 0;
};

struct RedisAnswer;
struct RedisContext;
class RedisConnector;
class RedisSubscription;
class RedisWatchdog;

/// The Redis server as this process sees it: one pipelined connection for each executor that it is given, and
/// one for the subscription, which reconnect by themselves. ask(), send() and what tells the state are
/// thread-safe.
///
/// A server that keeps failing is left alone (limits::CircuitBreaker): commands get nothing at once, as if it
/// were down, and no connection for commands is made until a PING on a connection of its own is answered in
/// time. The subscription judges for itself.
///
/// The connections belong to their io_contexts: these may end, or be destroyed without having run, before or
/// after the client. What the client is given must outlive both.
class RedisClient {
 public:
  /// An error says what is wrong with the options, such as a file of certificates that cannot be read.
  [[nodiscard]] static result<std::unique_ptr<RedisClient>> make(RedisOptions options, Metrics& metrics,
                                                                 const Clock& clock);
  ~RedisClient();
  RedisClient(const RedisClient&) = delete;
  RedisClient& operator=(const RedisClient&) = delete;

  /// Subscribes to the channel for this observer. To be called before start().
  void observe(RedisObserver& observer, std::string channel);

  /// Begins to connect on every executor, of which each has one thread, and to subscribe on the first if
  /// somebody observes. To be called once, before anybody asks.
  void start(std::span<const Executor> executors);

  /// Answers what is in flight, which takes no longer than the timeout, and ends the connections on their own
  /// threads, so that the io_contexts run out. From then on nothing is sent. To be called once, while the
  /// io_contexts are there.
  void stop();

  /// The server's answer, with errors that it answered; nothing if there was none by the deadline or within
  /// the timeout, or the connection is down or broke: then the command may have been executed or not. Uses
  /// the connection of this thread's executor, elsewhere the first one's. Resumes on the caller's executor.
  awaitable<std::optional<RedisReply>> ask(RedisCommand command, Deadline deadline);

  /// The same for a command that may be executed twice: where there was no connection or it broke, it is
  /// asked again up to two times, after short random pauses, within the same time.
  awaitable<std::optional<RedisReply>> ask_idempotent(RedisCommand command, Deadline deadline);

  /// The same as ask() on every connection at once, each one's answer in the order of the executors; nothing
  /// at all from a client that has stopped. Goes on without a thread that does not come to it in time.
  awaitable<std::vector<ConnectionReply>> ask_each(RedisCommand command, Deadline deadline);

  /// The same as ask() without waiting; metrics count how it ends.
  void send(RedisCommand command);

  /// Where ask() works without another thread: this thread's executor if it is one of the client's, else the
  /// first. Nothing before start() and after stop().
  [[nodiscard]] std::optional<Executor> executor_here() const;

  [[nodiscard]] Reachability::State reachability() const;
  /// How many connections for commands were made so far.
  [[nodiscard]] std::uint64_t connects() const noexcept;
  /// Whether the subscription is up.
  [[nodiscard]] bool is_subscribed() const noexcept;
  [[nodiscard]] const RedisOptions& options() const noexcept;

 private:
  using Waiter = std::optional<Completion<RedisAnswer>>;

  /// One executor and what keeps it connected, if that is still there.
  struct Place {
    Executor executor;
    std::weak_ptr<RedisConnector> connector;
  };

  explicit RedisClient(std::shared_ptr<RedisContext> context);
  void submit(RedisCommand command, Deadline deadline, Waiter waiter);
  void submit_to(const Place& place, RedisCommand command, Deadline deadline, Waiter waiter);

  std::shared_ptr<RedisContext> context_;
  std::vector<Place> places_;
  std::weak_ptr<RedisSubscription> subscription_;
  std::weak_ptr<RedisWatchdog> watchdog_;
};

}  // namespace curt::cache
