#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "curt/base/async.hpp"
#include "curt/http/core.hpp"
#include "curt/http/input_buffer.hpp"
#include "curt/http/request_parser.hpp"
#include "curt/http/response.hpp"

namespace curt::http {

/// One client's connection: reads bytes, answers every complete request that they hold, writes the answers
/// together. Lives and dies on its core's thread; owned by the coroutine that runs it, listed in the core for
/// the sweep.
class Connection final : public ListedConnection {
 public:
  Connection(Core& core, Socket socket, const net::ip::tcp::endpoint& peer);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Talks until the connection has ended.
  awaitable<void> run();

  void check_timeout(SteadyClock::time_point now) noexcept override;
  void stop() noexcept override;
  void abort() noexcept override;

 private:
  /// What the connection is doing, which decides how long it may take.
  enum class Phase {
    idle,  ///< between requests, or before the first
    head,  ///< a request has begun to arrive
    body,
    answering,  ///< the service has its own deadline
    writing,
    lingering,  ///< waits for the client to see the end
  };

  /// What the bytes at hand lead to.
  enum class Step {
    need_input,
    need_body,
    need_answer,  ///< the service wants to wait
    answered,
    ended,  ///< nothing more is read from this client
  };

  /// How writing went without waiting.
  enum class Flush { done, blocked, failed };

  void enter(Phase phase, SteadyClock::time_point now) noexcept;

  Step take_request();
  Step refuse(const Problem& problem);
  Step answer_or_wait(SteadyClock::time_point complete_at);
  awaitable<bool> take_body();
  awaitable<void> wait_for_answer();
  void begin_exchange();
  void finish_exchange();
  void abandon_exchange() noexcept;
  void log_access(SteadyClock::duration time, std::size_t bytes);

  void prepare_to_wait();
  bool read_available(const boost::system::error_code& waited);
  bool give_up_waiting();
  Flush flush_now();
  awaitable<bool> flush();
  awaitable<void> linger();

  Core& core_;
  Socket socket_;
  std::string peer_;
  net::ip::address peer_address_;
  Phase phase_ = Phase::idle;
  SteadyClock::time_point expires_at_;
  SteadyClock::time_point idle_since_;
  bool timed_out_ = false;
  bool ended_ = false;  ///< the last answer closes the connection

  InputBuffer input_;
  std::string output_;
  std::size_t sent_ = 0;  ///< bytes of output_ that are written
  RequestParser parser_;
  Response response_;
  Exchange exchange_;
  std::array<char, 16> made_request_id_{};
  SteadyClock::time_point began_at_;
  bool in_exchange_ = false;
};

}  // namespace curt::http
