#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "cache/redis/connection/redis_answer.hpp"
#include "cache/redis/connection/redis_context.hpp"
#include "cache/redis/connection/redis_socket.hpp"

namespace curt::cache {

/// One open connection on which commands are pipelined: those that come in the same turn of the io_context
/// are written together, and answers are matched in order. Touched only on its executor's thread. Ends once,
/// and is not used again.
class RedisConnection : public std::enable_shared_from_this<RedisConnection> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// `socket` is open, and `reader` has read the greeting's answers from it.
  RedisConnection(const Executor& executor, std::shared_ptr<RedisSocket> socket, RedisReplyReader reader,
                  std::shared_ptr<RedisContext> context);
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  /// Sends the command. The waiter is resumed with the answer, or without: at the deadline, when the
  /// connection ends, or at once if it has ended or too much is waiting already.
  void submit(RedisCommand command, Deadline deadline, RedisWaiter waiter);

  /// Reads until the connection ends; why it did. To be run once.
  awaitable<std::string> run();

  /// Takes no more commands, and ends when those in flight have their answers or the timeout has passed.
  void finish();

  /// Ends the connection now.
  void end(std::string why);

  [[nodiscard]] bool is_open() const noexcept { return open_; }
  /// Whether it was of any use: a command was answered.
  [[nodiscard]] bool has_answered() const noexcept { return has_answered_; }
  /// Whether it ends because the name may lead to another server by now: this one answers, and takes no
  /// changes.
  [[nodiscard]] bool is_left() const noexcept { return left_; }

 private:
  /// A command that is in flight. One whose waiter was resumed at the deadline stays, to swallow the late
  /// answer.
  struct Slot {
    RedisWaiter waiter;
    RedisVerb verb{};
    bool waited_for = true;
    TimePoint sent_at;
    TimePoint deadline;
  };

  static awaitable<void> write_all(std::weak_ptr<RedisConnection> weak);
  bool answer(RedisReply reply, TimePoint now);
  void arm(TimePoint at);
  void check_deadlines();
  static void resume(RedisWaiter& waiter, RedisAnswer answer);

  std::shared_ptr<RedisSocket> socket_;
  RedisReplyReader reader_;
  std::shared_ptr<RedisContext> context_;
  SteadyTimer timer_;
  Executor executor_;
  TimePoint armed_for_ = TimePoint::max();
  TimePoint sent_at_;                            ///< of the last command, at first of the greeting
  std::string out_;                              ///< not yet being written
  std::optional<Completion<bool>> wake_writer_;  ///< set while the writer has nothing to do
  std::deque<Slot> slots_;
  bool open_ = true;
  bool finishing_ = false;
  bool has_answered_ = false;
  bool left_ = false;
  std::string why_;
};

}  // namespace curt::cache
