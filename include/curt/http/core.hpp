#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>

#include "curt/base/address.hpp"
#include "curt/base/async.hpp"
#include "curt/base/logged_outage.hpp"
#include "curt/base/random.hpp"
#include "curt/http/load.hpp"
#include "curt/http/recorder.hpp"
#include "curt/http/server_metrics.hpp"
#include "curt/http/service.hpp"

namespace curt::http {

using SteadyClock = std::chrono::steady_clock;
using Socket = net::basic_stream_socket<net::ip::tcp, Executor>;

struct ServerOptions {
  std::vector<net::ip::tcp::endpoint> listen;
  std::size_t threads = 1;
  std::size_t max_connections = 10'000;
  SteadyClock::duration head_timeout =
      std::chrono::seconds{10};  ///< for a request's head, from its first byte
  SteadyClock::duration body_timeout = std::chrono::seconds{30};  ///< for the rest of the request
  SteadyClock::duration idle_timeout = std::chrono::seconds{75};  ///< between two requests
  SteadyClock::duration write_timeout = std::chrono::seconds{
      30};  ///< for an answer to be taken, with a second more for each `slowest_reader` of it
  std::size_t slowest_reader = 10'000;  ///< bytes a second: who takes less holds memory for nothing
  SteadyClock::duration first_request_time =
      std::chrono::milliseconds{500};  ///< a server that stops waits this long for it on a new connection
  NetworkSet trusted_proxies;
  LoadBounds bounds;
};

/// Where a server is in its life.
enum class Stage {
  serving,
  draining,  ///< connections are taken, and each ends after its next answer
  stopping,  ///< no connection is taken, and those without a request under way end
};

/// What all cores share. Outlives them.
struct Shared {
  const ServerOptions& options;
  Service& service;
  const ServerMetrics& metrics;
  Recorder* recorder;  ///< null if there is none
  Load load{options.bounds};
  std::atomic<std::size_t> connections{0};
  std::atomic<Stage> stage{Stage::serving};
};

/// A connection as its core sees it. Listed from its birth to its end.
class ListedConnection
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~ListedConnection() = default;

  /// Ends the connection if its present phase has lasted too long.
  virtual void check_timeout(SteadyClock::time_point now) noexcept = 0;

  /// Ends the connection if it waits for a request; else it ends after the current answer.
  virtual void stop() noexcept = 0;

  /// Ends the connection at once.
  virtual void abort() noexcept = 0;
};

/// What the connections of one core share: touched only by the core's thread, except where said.
class Core {
 public:
  Core(std::size_t index, Shared& shared);
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  /// Runs the core on the calling thread until it was stopped and its last connection has ended.
  void run();

  /// Takes over a connection that was accepted.
  void adopt(Socket socket, const net::ip::tcp::endpoint& peer);

  /// Count a listener that begins to accept, before run(), and one that has ended: the core runs until then,
  /// since a connection that was accepted may be nobody's for a moment.
  void enter_listener() noexcept { ++listeners_; }
  void leave_listener() noexcept { --listeners_; }

  /// Count a connection that begins, and one that has ended.
  void enter() noexcept;
  void leave() noexcept;

  /// Ends idle connections now and the others after their current answer. Callable on any thread, after its
  /// listeners were told to close.
  void stop();
  /// Cuts what is still open. Callable on any thread.
  void abort();

  /// Callable on any thread.
  [[nodiscard]] net::io_context& context() noexcept { return context_; }

  [[nodiscard]] Shared& shared() noexcept { return shared_; }
  [[nodiscard]] const ServerOptions& options() const noexcept { return shared_.options; }
  [[nodiscard]] std::size_t index() const noexcept { return index_; }
  [[nodiscard]] Stage stage() const noexcept { return shared_.stage.load(std::memory_order_relaxed); }

  /// The Date header's value, at most a second old.
  [[nodiscard]] std::string_view date() const noexcept { return {date_.data(), date_.size()}; }

  /// A new request id: 16 hexadecimal digits.
  [[nodiscard]] std::array<char, 16> make_request_id() noexcept;

 private:
  awaitable<void> sweep();
  awaitable<void> check_timeouts();
  void refresh_date();

  std::size_t index_;
  Shared& shared_;
  std::size_t listeners_ = 0;  ///< that may still bring connections
  net::io_context context_{1};
  net::basic_waitable_timer<SteadyClock, net::wait_traits<SteadyClock>, Executor> sweep_timer_{context_};
  boost::intrusive::list<ListedConnection, boost::intrusive::constant_time_size<false>> connections_;
  std::size_t connected_ = 0;      ///< connections of this core
  bool listeners_closed_ = false;  ///< they were told to end
  std::array<char, 29> date_{};
  LoggedOutage date_outage_{"cannot tell the date", "the date is told again"};
  FastRandom ids_;
};

}  // namespace curt::http
