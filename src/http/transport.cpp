#include "http/transport.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "curt/base/secret_text.hpp"

namespace curt::http {
namespace {

using boost::system::error_code;

/// Answers that wait are written when they have grown to this.
constexpr std::size_t kMaxOutput = 64 * 1024;

/// A closing connection is read until nothing has come for this long, or as long as a body may take, and at
/// most so many bytes.
constexpr auto kLingerSilence = std::chrono::seconds{2};
constexpr std::size_t kMaxLinger = 32 * 1024 * 1024;
constexpr int kReadsAtOnce = 8;  ///< before other connections of the core get their turn

/// An idle connection keeps its buffers for this long.
constexpr auto kKeepMemory = std::chrono::seconds{1};

bool is_for_now(const error_code& error) noexcept {
  return error == net::error::would_block || error == net::error::try_again;
}

}  // namespace

Transport::Transport(Core& core, Socket socket) : core_(core), socket_(std::move(socket)) {
  // A client that never sends a byte is not idle but late.
  began_at_ = SteadyClock::now();
  expires_at_ = began_at_ + core_.options().head_timeout;
}

Transport::~Transport() { forget_output(); }

void Transport::enter(Phase phase, SteadyClock::time_point now) noexcept {
  phase_ = phase;
  began_at_ = now;
  timed_out_ = false;
  const ServerOptions& options = core_.options();
  switch (phase) {
    case Phase::idle:
      expires_at_ = now + options.idle_timeout;
      break;
    case Phase::head:
      expires_at_ = now + options.head_timeout;
      break;
    case Phase::body:
      expires_at_ = now + options.body_timeout;
      break;
    case Phase::answering:
      expires_at_ = SteadyClock::time_point::max();
      break;
    case Phase::writing:
      expires_at_ = now + options.write_timeout + std::chrono::seconds{unsent() / options.slowest_reader};
      break;
    case Phase::lingering:
      expires_at_ = now + std::min<SteadyClock::duration>(kLingerSilence, options.body_timeout);
      break;
  }
}

void Transport::await_request() noexcept {
  if (phase_ == Phase::writing) enter(input.unread().empty() ? Phase::idle : Phase::head, began_at_);
}

void Transport::check_timeout(SteadyClock::time_point now) noexcept {
  if (now < expires_at_) return;
  if (!timed_out_ && phase_ != Phase::lingering) core_.shared().metrics.timed_out.add();
  // Cancels again at each sweep: a wait that had just ended does not notice the first time.
  timed_out_ = true;
  cancel();
}

bool Transport::is_at_rest(SteadyClock::time_point now) const noexcept {
  return phase_ == Phase::idle && now - began_at_ > kKeepMemory;
}

bool Transport::hold(std::size_t bytes) noexcept {
  if (bytes == held_) return true;
  Shared& shared = core_.shared();
  if (bytes > held_ && !shared.load.unsent_bytes.take(bytes - held_)) return false;
  if (bytes < held_) shared.load.unsent_bytes.give(held_ - bytes);
  shared.metrics.unsent_bytes.add(static_cast<std::int64_t>(bytes) - static_cast<std::int64_t>(held_));
  held_ = bytes;
  return true;
}

void Transport::forget_output() noexcept {
  static_cast<void>(hold(0));
  sent_ = 0;
  behind_ = {};
  output.clear();
}

void Transport::give_up() noexcept {
  abort();
  forget_output();
}

void Transport::release() noexcept {
  input.release();
  output = std::string{};
}

void Transport::cancel() noexcept {
  error_code ignored;
  socket_.cancel(ignored);
}

void Transport::abort() noexcept {
  error_code ignored;
  socket_.close(ignored);
}

Transport::Read Transport::read_available() {
  if (phase_ != Phase::body) input.make_room(input.unread().size());
  const auto [space, size] = input.free_space();
  if (size == 0) return Read::ended;  // never; to read nothing would look like input, again and again
  error_code error;
  input.commit(socket_.read_some(net::buffer(space, size), error));
  if (is_for_now(error)) return Read::nothing;
  return error ? Read::ended : Read::some;
}

bool Transport::is_crowded() const noexcept { return !behind_.empty() || output.size() >= kMaxOutput; }

std::size_t Transport::write_some(error_code& error) {
  if (behind_.empty()) {
    return socket_.write_some(net::buffer(output.data() + sent_, output.size() - sent_), error);
  }
  const std::size_t of_output = std::min(sent_, output.size());
  const std::array<net::const_buffer, 2> pieces{net::buffer(output) + of_output,
                                                net::buffer(behind_) + (sent_ - of_output)};
  return socket_.write_some(pieces, error);
}

Transport::Flush Transport::flush_now() {
  while (unsent() != 0) {
    error_code error;
    sent_ += write_some(error);
    if (is_for_now(error)) {
      if (hold(output.size() + (behind_of_ == BodyOf::this_answer ? behind_.size() : 0)))
        return Flush::blocked;
      // Whoever is late with taking its answers pays for it, not those who ask for something now.
      core_.shared().metrics.too_much_unsent.add();
      give_up();
      return Flush::failed;
    }
    if (error) {
      give_up();
      return Flush::failed;
    }
  }
  forget_output();
  if (output.capacity() > kMaxOutput) output.shrink_to_fit();
  return Flush::done;
}

awaitable<bool> Transport::flush() {
  if (!socket_.is_open()) co_return false;
  for (bool waits = false;; waits = true) {
    const Flush flushed = flush_now();
    if (flushed == Flush::done && waits) enter(Phase::writing, SteadyClock::now());
    if (flushed == Flush::done) co_return true;
    if (flushed == Flush::failed) co_return false;
    if (!waits) enter(Phase::writing, SteadyClock::now());  // one time for all of it, however it trickles
    error_code waited;
    co_await socket_.async_wait(Socket::wait_write, net::redirect_error(use_awaitable, waited));
    if (waited) {
      give_up();
      co_return false;
    }
  }
}

awaitable<void> Transport::linger() {
  enter(Phase::lingering, SteadyClock::now());
  error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  std::array<char, 4096> unwanted{};
  std::size_t left = kMaxLinger;
  const SteadyClock::time_point end = began_at_ + core_.options().body_timeout;
  while (!error && left > 0 && !timed_out_) {
    co_await socket_.async_wait(Socket::wait_read, net::redirect_error(use_awaitable, error));
    for (int i = 0; i < kReadsAtOnce && !error && left > 0; ++i) {
      const std::size_t got = socket_.read_some(net::buffer(unwanted), error);
      left -= std::min(left, got);
    }
    if (is_for_now(error)) error = {};
    // A service that stops waits no longer for those who go on sending.
    if (core_.stage() == Stage::serving) {
      expires_at_ = std::min<SteadyClock::time_point>(SteadyClock::now() + kLingerSilence, end);
    }
  }
  wipe(unwanted);  // requests that came too late may hold keys
}

}  // namespace curt::http
