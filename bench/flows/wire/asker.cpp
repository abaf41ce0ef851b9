#include "flows/wire/asker.hpp"

namespace flows {

Asker::Asker(Loop& loop, const net::ip::tcp::endpoint& server)
    : loop_{loop}, connection_{loop.context(), server, std::chrono::seconds{10}} {
  loop_.watch(connection_);
}

Asker::~Asker() { loop_.forget(connection_); }

awaitable<void> Asker::exchange(const std::string& request) {
  fault_ = co_await connection_.exchange(request);
  if (connection_.was_stale()) fault_ = co_await connection_.exchange(request);
}

std::optional<Answer> Asker::ask(const std::string& request) {
  loop_.spawn(exchange(request));
  loop_.run([](Clock::time_point) {});
  if (fault_ != Fault::none) return std::nullopt;
  return connection_.answer();
}

}  // namespace flows
