#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "curt/domain/error.hpp"
#include "curt/http/core.hpp"
#include "curt/http/listener.hpp"

namespace curt::http {

/// The HTTP server: a thread a core, each with its own io_context and listeners on the same ports
/// (SO_REUSEPORT).
class Server {
 public:
  /// `recorder` may be null; all three must outlive the server.
  Server(ServerOptions options, Service& service, const ServerMetrics& metrics, Recorder* recorder);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds every address; an error names the one that cannot be had.
  result<void> listen();

  /// Starts answering.
  void start();

  /// Goes on, but ends each connection after its next answer, so that clients turn to other servers before
  /// this one stops. Callable on any thread.
  void drain() noexcept;

  /// Waits until the clients that are connecting have done so, turns others away meanwhile, and returns after
  /// this time. To be called before stop() where that time is worth it.
  void turn_away(SteadyClock::duration time);

  /// Takes no more connections, finishes what is in flight, cuts what is left after `grace`, and returns when
  /// every thread has ended.
  void stop(SteadyClock::duration grace);

  /// Where the cores run, to give others work there; it is dropped when its core has stopped.
  [[nodiscard]] std::vector<Executor> executors();

  /// The addresses, with the port that the system chose where 0 was asked for. Valid after listen().
  [[nodiscard]] const std::vector<net::ip::tcp::endpoint>& endpoints() const noexcept { return endpoints_; }

 private:
  ServerOptions options_;
  Shared shared_;
  std::vector<std::unique_ptr<Core>> cores_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<net::ip::tcp::endpoint> endpoints_;
  std::vector<std::thread> threads_;
};

}  // namespace curt::http
