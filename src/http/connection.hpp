#pragma once

#include <array>
#include <string>

#include "curt/base/async.hpp"
#include "curt/http/core.hpp"
#include "curt/http/response.hpp"

#include "http/holdings.hpp"
#include "http/parser/request_parser.hpp"
#include "http/transport.hpp"

namespace curt::http {

/// One client's connection: answers every complete request that the bytes at hand hold, and has the answers
/// written together. Lives and dies on its core's thread; owned by the coroutine that runs it, listed in the
/// core for the sweep.
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
  /// What the bytes at hand lead to.
  enum class Step {
    need_input,
    need_body,
    need_answer,  ///< the service wants to wait
    answered,
    ended,  ///< nothing more is read from this client
  };

  using Phase = Transport::Phase;

  Step take_request();
  Step refuse(const Problem& problem);
  Step answer_or_wait(SteadyClock::time_point complete_at);
  awaitable<bool> take_body();
  awaitable<void> wait_for_answer();
  /// Overwrites what showed who asks, once that was judged.
  void begin_exchange();
  void finish_exchange();
  void abandon_exchange() noexcept;

  /// Whether it may end without a word: it waits for a request, and is not so new that its first one may be
  /// on the way.
  [[nodiscard]] bool may_end_now(SteadyClock::time_point now) const noexcept;

  bool read_available(const boost::system::error_code& waited);
  bool give_up_waiting();

  Core& core_;
  Transport transport_;
  Holdings held_;
  std::string peer_;
  net::ip::address peer_address_;
  const SteadyClock::time_point accepted_at_ = SteadyClock::now();
  bool is_new_ = true;        ///< no request has come yet
  bool is_released_ = false;  ///< its buffers were given back, and it has had no request since
  bool ended_ = false;        ///< the last answer closes the connection

  RequestParser parser_;
  Response response_;
  Exchange exchange_;
  std::array<char, 16> made_request_id_{};
  SteadyClock::time_point began_at_;
  bool in_exchange_ = false;
};

}  // namespace curt::http
