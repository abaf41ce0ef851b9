#pragma once

#include <cstddef>
#include <string>

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

  Transport(Core& core, Socket socket);

  void enter(Phase phase, SteadyClock::time_point now) noexcept;
  [[nodiscard]] Phase phase() const noexcept { return phase_; }

  /// Idle from when the last answer was written, if the next request has not begun.
  void idle_when_written() noexcept;

  /// Ends a wait that takes too long, and frees what an idle connection does not need.
  void check_timeout(SteadyClock::time_point now) noexcept;
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

  [[nodiscard]] Flush flush_now();
  /// Writes everything; false if it cannot be written any more.
  awaitable<bool> flush();
  /// Closes our side and waits a little for the client to close its own, so that it sees our last answer and
  /// no reset.
  awaitable<void> linger();

  /// Whether so much waits to be written that it should go now.
  [[nodiscard]] bool is_crowded() const noexcept;

  InputBuffer input;
  std::string output;

 private:
  Core& core_;
  Socket socket_;
  std::size_t sent_ = 0;  ///< bytes of `output` that are written
  Phase phase_ = Phase::idle;
  SteadyClock::time_point expires_at_;
  SteadyClock::time_point idle_since_;
  bool timed_out_ = false;
};

}  // namespace curt::http
