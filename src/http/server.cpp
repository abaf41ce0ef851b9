#include "curt/http/server.hpp"

#include <future>
#include <utility>

#include "curt/base/logging.hpp"

namespace curt::http {

Server::Server(ServerOptions options, Service& service, const ServerMetrics& metrics, Recorder* recorder)
    : options_(std::move(options)), shared_{options_, service, metrics, recorder} {
  for (std::size_t index = 0; index < options_.threads; ++index) {
    cores_.push_back(std::make_unique<Core>(index, shared_));
  }
}

Server::~Server() {
  if (!threads_.empty()) stop(SteadyClock::duration::zero());
}

result<void> Server::listen() {
  for (net::ip::tcp::endpoint endpoint : options_.listen) {
    bool first = true;
    for (auto& core : cores_) {
      auto listener = std::make_unique<Listener>(*core);
      if (auto opened = listener->open(endpoint, first); !opened) return opened.error();
      listeners_.push_back(std::move(listener));
      first = false;
    }
    endpoints_.push_back(endpoint);
  }
  return {};
}

std::vector<Executor> Server::executors() {
  std::vector<Executor> all;
  all.reserve(cores_.size());
  for (auto& core : cores_) all.push_back(core->context().get_executor());
  return all;
}

void Server::start() {
  for (auto& listener : listeners_) listener->start();
  for (auto& core : cores_) {
    threads_.emplace_back([&core] { core->run(); });
  }
}

void Server::drain() noexcept { shared_.stage = Stage::draining; }

void Server::turn_away(SteadyClock::duration time) {
  for (auto& listener : listeners_) listener->turn_away();
  std::this_thread::sleep_for(time);
}

void Server::stop(SteadyClock::duration grace) {
  turn_away(SteadyClock::duration::zero());
  shared_.stage = Stage::stopping;
  for (auto& listener : listeners_) listener->close();
  for (auto& core : cores_) core->stop();

  std::packaged_task<void()> join{[this] {
    for (std::thread& thread : threads_) thread.join();
  }};
  std::future<void> joined = join.get_future();
  std::thread joiner{std::move(join)};
  if (joined.wait_for(grace) != std::future_status::ready) {
    log::warn("connections are cut whose answers are not taken yet",
              {{"connections", shared_.connections.load(std::memory_order_relaxed)}});
    for (auto& core : cores_) core->abort();
  }
  joiner.join();
  threads_.clear();
}

}  // namespace curt::http
