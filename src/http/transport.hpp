#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/asio/redirect_error.hpp>

#include "curt/base/async.hpp"
#include "curt/http/core.hpp"

#include "http/input_buffer.hpp"

namespace curt::http {

/// The bytes of one connection, to and fro, and how long each phase of it may take. For its core's thread.
class Transport {
 public:
  /// What the connection is doing, which decides how long it may take.
  enum class Phase {
    idle,  ///< between requests, or before the first
    head,  ///< a request has begun to arrive
    body,
    answering,  ///< the service has its own deadline
    writing,
    lingering,  ///< waits for the client to see the end
  };

  /// How writing went without waiting.
  enum class Flush { done, blocked, failed };

  /// What reading brought.
  enum class Read {
    some,
    nothing,  ///< for now
    ended,    ///< the client is gone
  };

  /// Whose memory a body lies in.
  enum class BodyOf { this_answer, all_answers };

  Transport(Core& core, Socket socket);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  void enter(Phase phase, SteadyClock::time_point now) noexcept;
  [[nodiscard]] Phase phase() const noexcept { return phase_; }

  /// From when the last answer was written, the connection is idle, or in the head of the next request if
  /// some of it is there.
  void await_request() noexcept;

  /// Ends a wait that takes too long.
  void check_timeout(SteadyClock::time_point now) noexcept;

  /// Whether the connection has been idle for so long that its buffers are better given back.
  [[nodiscard]] bool is_at_rest(SteadyClock::time_point now) const noexcept;
  void release() noexcept;
  [[nodiscard]] bool timed_out() const noexcept { return timed_out_; }

  /// Wakes whoever waits, with an error.
  void cancel() noexcept;
  void abort() noexcept;

  /// Waits until there is something to read; `error` says why there will not be.
  auto wait_for_input(boost::system::error_code& error) {
    return socket_.async_wait(Socket::wait_read, net::redirect_error(use_awaitable, error));
  }

  /// Takes what is there.
  [[nodiscard]] Read read_available();

  /// Has this written behind `output`, from where it lies; nothing is appended to either until it is written.
  /// `of` says whose memory it is.
  void write_behind(std::string_view body, BodyOf of) noexcept {
    behind_ = body;
    behind_of_ = of;
  }

  [[nodiscard]] Flush flush_now();
  /// Writes everything, in the time that a client has for this much; false if it cannot be written any more.
  awaitable<bool> flush();
  /// Closes our side and waits a little for the client to close its own, so that it sees our last answer and
  /// no reset.
  awaitable<void> linger();

  /// Whether so much waits to be written that no further answer is made before.
  [[nodiscard]] bool is_crowded() const noexcept;

  InputBuffer input;
  std::string output;

 private:
  [[nodiscard]] std::size_t unsent() const noexcept { return output.size() + behind_.size() - sent_; }
  /// Counts what is held for the client, until the next call; false, and nothing new is counted, where all
  /// clients together hold too much.
  [[nodiscard]] bool hold(std::size_t bytes) noexcept;
  void forget_output() noexcept;
  /// What is unsent is lost: the body that is behind it may go, and nobody is to try again.
  void give_up() noexcept;
  /// Writes what the socket takes of `output` and what is behind it, with one call.
  std::size_t write_some(boost::system::error_code& error);

  Core& core_;
  Socket socket_;
  std::string_view behind_;
  BodyOf behind_of_ = BodyOf::this_answer;
  std::size_t held_ = 0;  ///< bytes of answers that are counted as unsent
  std::size_t sent_ = 0;  ///< bytes that are written, of `output` and of what is behind it
  Phase phase_ = Phase::idle;
  SteadyClock::time_point began_at_;  ///< of the phase
  SteadyClock::time_point expires_at_;
  bool timed_out_ = false;
};

}  // namespace curt::http
