#include "curt/http/connection.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/redirect_error.hpp>

#include "curt/base/logging.hpp"
#include "curt/http/client_address.hpp"

namespace curt::http {
namespace {

using boost::system::error_code;

/// Answers that wait are written when they have grown to this.
constexpr std::size_t kMaxOutput = 64 * 1024;

/// A closing connection is read for at most this long, so that the client sees our last answer and no reset.
constexpr auto kLingerTime = std::chrono::seconds{2};
constexpr std::size_t kMaxLinger = 1024 * 1024;  ///< bytes

/// An idle connection keeps its buffer for this long.
constexpr auto kKeepMemory = std::chrono::seconds{1};

const Problem kInternalError{500, "internal",
                             "Something went wrong here; the log has it under this request_id."};

/// How long the service may take when it set no deadline of its own.
constexpr auto kDefaultDeadline = std::chrono::seconds{5};

/// Whether a client's request id is fit for logs and headers: 1 to 128 characters without spaces or quotes.
bool is_sane_request_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != '"' && c != '\\' && c != ',' && c != ';';
  });
}

}  // namespace

Connection::Connection(Core& core, Socket socket, const net::ip::tcp::endpoint& peer)
    : core_(core),
      socket_(std::move(socket)),
      peer_(peer.address().to_string()),
      peer_address_(peer.address()),
      exchange_{parser_.request(), response_, {}, 0, Call{Deadline::in(kDefaultDeadline)}} {
  // A client that never sends a byte is not idle but late.
  idle_since_ = SteadyClock::now();
  expires_at_ = idle_since_ + core_.options().head_timeout;
  core_.enter();
}

Connection::~Connection() {
  abandon_exchange();
  core_.leave();
}

void Connection::enter(Phase phase, SteadyClock::time_point now) noexcept {
  phase_ = phase;
  timed_out_ = false;
  const ServerOptions& options = core_.options();
  switch (phase) {
    case Phase::idle:
      idle_since_ = now;
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
      expires_at_ = now + options.write_timeout;
      break;
    case Phase::lingering:
      expires_at_ = now + kLingerTime;
      break;
  }
}

void Connection::check_timeout(SteadyClock::time_point now) noexcept {
  if (phase_ == Phase::idle && now - idle_since_ > kKeepMemory) input_.release();
  if (now < expires_at_) return;
  if (!timed_out_ && phase_ != Phase::lingering) core_.shared().metrics.timed_out.add();
  // Cancels again at each sweep: a wait that had just ended does not notice the first time.
  timed_out_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::stop() noexcept {
  if (phase_ != Phase::idle) return;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::abort() noexcept {
  error_code ignored;
  socket_.close(ignored);
}

awaitable<void> Connection::run() {
  bool open = true;
  while (open) {
    const Step step = take_request();
    switch (step) {
      case Step::answered:
        if (output_.size() >= kMaxOutput) open = co_await flush();
        break;
      case Step::need_answer:
        co_await wait_for_answer();
        break;
      case Step::need_body:
        open = co_await take_body();
        break;
      case Step::need_input: {
        if (const Flush flushed = flush_now(); flushed != Flush::done) open = co_await flush();
        if (!open) break;
        prepare_to_wait();
        error_code waited = net::error::operation_aborted;  // as stop() would say if it came now
        if (phase_ != Phase::idle || !core_.stopping()) {
          co_await socket_.async_wait(Socket::wait_read, net::redirect_error(use_awaitable, waited));
        }
        open = read_available(waited);
        break;
      }
      case Step::ended:
        open = false;
        break;
    }
  }
  const bool flushed = co_await flush();
  if (flushed && ended_) co_await linger();
}

Connection::Step Connection::take_request() {
  if (ended_) return Step::ended;
  if (input_.unread().empty()) return Step::need_input;
  RequestParser::Status status = parser_.take_head(input_.unread());
  if (status == RequestParser::Status::need_more) {
    if (phase_ != Phase::head) enter(Phase::head, SteadyClock::now());
    return Step::need_input;
  }
  if (status == RequestParser::Status::complete && parser_.request().has_body &&
      !input_.has_room(parser_.consumed())) {
    input_.make_room(parser_.consumed());
    parser_.reset();
    status = parser_.take_head(input_.unread());
  }
  begin_exchange();
  if (status == RequestParser::Status::refused) return refuse(parser_.refusal());
  input_.consume(parser_.consumed());

  const bool has_body = parser_.request().has_body;
  Admission admission{};
  try {
    admission = core_.shared().service.admit(exchange_);
  } catch (const std::exception& failure) {
    log::error("request failed", {{"request_id", exchange_.request_id}, {"error", failure.what()}});
    return refuse(kInternalError);
  }
  if (admission == Admission::answer) {
    if (has_body) response_.close_connection();
    finish_exchange();
    return Step::answered;
  }
  return has_body ? Step::need_body : answer_or_wait(began_at_);
}

Connection::Step Connection::refuse(const Problem& problem) {
  response_.reset();
  write_problem(problem, exchange_.request_id, response_);
  response_.close_connection();
  finish_exchange();
  return Step::ended;
}

Connection::Step Connection::answer_or_wait(SteadyClock::time_point complete_at) {
  exchange_.call.deadline = Deadline{complete_at + exchange_.time_limit};
  try {
    if (!core_.shared().service.answer_now(exchange_)) return Step::need_answer;
  } catch (const std::exception& failure) {
    log::error("request failed", {{"request_id", exchange_.request_id}, {"error", failure.what()}});
    return refuse(kInternalError);
  }
  finish_exchange();
  return Step::answered;
}

awaitable<void> Connection::wait_for_answer() {
  enter(Phase::answering, began_at_);
  bool failed = false;
  try {
    co_await core_.shared().service.answer(exchange_);
  } catch (const std::exception& failure) {
    failed = true;
    log::error("request failed", {{"request_id", exchange_.request_id}, {"error", failure.what()}});
  }
  if (failed) {
    refuse(kInternalError);
  } else {
    finish_exchange();
  }
}

awaitable<bool> Connection::take_body() {
  if (parser_.request().expects_continue && input_.unread().empty()) {
    output_.append("HTTP/1.1 100 Continue\r\n\r\n");
  }
  input_.pin();
  bool open = co_await flush();
  enter(Phase::body, SteadyClock::now());
  while (open) {
    const RequestParser::Status status = parser_.take_body(input_.unread());
    input_.consume(parser_.consumed());
    if (status == RequestParser::Status::complete) break;
    if (status == RequestParser::Status::refused) {
      refuse(parser_.refusal());
      open = false;
      break;
    }
    prepare_to_wait();
    error_code waited;
    co_await socket_.async_wait(Socket::wait_read, net::redirect_error(use_awaitable, waited));
    open = read_available(waited);
  }
  if (!open) co_return false;
  const Step step = answer_or_wait(SteadyClock::now());
  if (step == Step::need_answer) co_await wait_for_answer();
  input_.unpin();
  co_return true;
}

void Connection::begin_exchange() {
  began_at_ = SteadyClock::now();
  in_exchange_ = true;
  core_.shared().metrics.in_flight.add(1);
  Request& request = parser_.request();
  if (request.version == 0) request.version = 11;
  request.client =
      client_address(peer_address_, peer_, request.forwarded_for, core_.options().trusted_proxies);
  exchange_.route = 0;
  exchange_.code = {};
  exchange_.handler = nullptr;
  exchange_.began_at = began_at_;
  exchange_.time_limit = kDefaultDeadline;
  exchange_.call = Call{Deadline{began_at_ + kDefaultDeadline}};
  if (is_sane_request_id(request.request_id)) {
    exchange_.request_id = request.request_id;
  } else {
    made_request_id_ = core_.make_request_id();
    exchange_.request_id = {made_request_id_.data(), made_request_id_.size()};
  }
}

void Connection::finish_exchange() {
  const Request& request = parser_.request();
  Envelope envelope{request.version, request.method, true, core_.date(), exchange_.request_id};
  envelope.keep_alive = request.keep_alive && !response_.closes_connection() && !core_.stopping();
  ended_ = !envelope.keep_alive;
  const std::size_t before = output_.size();
  serialize(response_, envelope, output_);

  const SteadyClock::duration time = SteadyClock::now() - began_at_;
  const ServerMetrics& metrics = core_.shared().metrics;
  metrics.answered(exchange_.route, request.method, response_.status(), time, exchange_.call.statements);
  metrics.in_flight.add(-1);
  in_exchange_ = false;
  if (core_.shared().access_log != nullptr) log_access(time, output_.size() - before);
  response_.reset();
  parser_.reset();
  enter(Phase::writing, began_at_ + time);
}

void Connection::abandon_exchange() noexcept {
  if (std::exchange(in_exchange_, false)) core_.shared().metrics.in_flight.add(-1);
}

void Connection::log_access(SteadyClock::duration time, std::size_t bytes) {
  const Request& request = parser_.request();
  AccessRecord record;
  record.at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  record.microseconds =
      static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(time).count());
  record.bytes = static_cast<std::uint32_t>(bytes);
  record.status = static_cast<std::uint16_t>(response_.status());
  record.method = request.method;
  record.route = exchange_.route;
  record.client.assign(request.client);
  record.request_id.assign(exchange_.request_id);
  record.path.assign(request.path.empty() ? request.target : request.path);
  record.referrer.assign(request.referrer);
  record.user_agent.assign(request.user_agent);
  core_.shared().access_log->push(core_.index(), record);
}

void Connection::prepare_to_wait() {
  if (phase_ == Phase::writing && input_.unread().empty()) {
    enter(Phase::idle, expires_at_ - core_.options().write_timeout);
  }
}

bool Connection::read_available(const error_code& waited) {
  if (waited && !(core_.stopping() && !timed_out_)) return give_up_waiting();
  if (phase_ != Phase::body) input_.make_room(input_.unread().size());
  const auto [space, size] = input_.free_space();
  if (size == 0) {
    refuse({400, "malformed_request", "A chunk's header is too long."});
    return false;
  }
  error_code error;
  const std::size_t got = socket_.read_some(net::buffer(space, size), error);
  input_.commit(got);
  // Told to wait again: nothing to lose but a connection that idles while we stop.
  if (error == net::error::would_block || error == net::error::try_again) return !waited;
  return !error;
}

bool Connection::give_up_waiting() {
  const bool mid_request = phase_ == Phase::head || phase_ == Phase::body;
  if (timed_out_ && mid_request) {
    timed_out_ = false;
    if (phase_ == Phase::head) begin_exchange();
    refuse({408, "request_timeout", "The request did not arrive in time."});
  }
  return false;
}

Connection::Flush Connection::flush_now() {
  while (sent_ < output_.size()) {
    error_code error;
    sent_ += socket_.write_some(net::buffer(output_.data() + sent_, output_.size() - sent_), error);
    if (error == net::error::would_block || error == net::error::try_again) return Flush::blocked;
    if (error) return Flush::failed;
  }
  sent_ = 0;
  output_.clear();
  if (output_.capacity() > kMaxOutput) output_.shrink_to_fit();
  return Flush::done;
}

awaitable<bool> Connection::flush() {
  for (;;) {
    const Flush flushed = flush_now();
    if (flushed == Flush::done) co_return true;
    if (flushed == Flush::failed) co_return false;
    enter(Phase::writing, SteadyClock::now());
    error_code waited;
    co_await socket_.async_wait(Socket::wait_write, net::redirect_error(use_awaitable, waited));
    if (waited) {
      abort();  // what is unsent is lost; nobody shall wait for it again
      co_return false;
    }
  }
}

awaitable<void> Connection::linger() {
  enter(Phase::lingering, SteadyClock::now());
  error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  std::array<char, 4096> unwanted{};
  std::size_t left = kMaxLinger;
  while (!error && left > 0) {
    co_await socket_.async_wait(Socket::wait_read, net::redirect_error(use_awaitable, error));
    if (error) break;
    const std::size_t got = socket_.read_some(net::buffer(unwanted), error);
    left -= std::min(left, got);
    if (error == net::error::would_block) error = {};
  }
}

}  // namespace curt::http
