#include "http/connection.hpp"

#include <exception>
#include <utility>

#include "curt/http/failed_requests.hpp"

#include "http/client/client_address.hpp"
#include "http/client/credentials.hpp"
#include "http/client/request_id.hpp"
#include "http/client/unreadable_headers.hpp"

namespace curt::http {
namespace {

using boost::system::error_code;

const Problem kInternalError{500, "internal", "Something went wrong here, and the log says what."};

/// How long the service may take when it set no deadline of its own.
constexpr auto kDefaultDeadline = std::chrono::seconds{5};

}  // namespace

Connection::Connection(Core& core, Socket socket, const net::ip::tcp::endpoint& peer)
    : core_(core),
      transport_(core, std::move(socket)),
      held_(core.shared()),
      peer_(peer.address().to_string()),
      peer_address_(peer.address()),
      exchange_{parser_.request(), response_, {}, 0, Call{Deadline::in(kDefaultDeadline)}} {
  core_.enter();
}

Connection::~Connection() {
  abandon_exchange();
  core_.leave();
}

void Connection::check_timeout(SteadyClock::time_point now) noexcept {
  if (!is_released_ && transport_.is_at_rest(now)) {
    is_released_ = true;
    transport_.release();
    parser_.release();
    response_.release();
  }
  transport_.check_timeout(now);
  if (core_.stage() == Stage::stopping) stop();
}

void Connection::stop() noexcept {
  if (may_end_now(SteadyClock::now())) transport_.cancel();
}

bool Connection::may_end_now(SteadyClock::time_point now) const noexcept {
  return transport_.phase() == Phase::idle &&
         !(is_new_ && now - accepted_at_ < core_.options().first_request_time);
}

void Connection::abort() noexcept { transport_.abort(); }

awaitable<void> Connection::run() {
  bool open = true;
  while (open) {
    if (transport_.is_crowded()) {
      open = co_await transport_.flush();
      if (open) response_.reset();  // its body may have been what was written
      continue;
    }
    const Step step = take_request();
    switch (step) {
      case Step::answered:
        break;
      case Step::need_answer:
        co_await wait_for_answer();
        break;
      case Step::need_body:
        open = co_await take_body();
        break;
      case Step::need_input: {
        if (transport_.flush_now() != Transport::Flush::done) open = co_await transport_.flush();
        if (!open) break;
        if (response_.has_secret_body()) response_.reset();
        transport_.await_request();
        error_code waited = net::error::operation_aborted;  // as stop() would say if it came now
        if (core_.stage() != Stage::stopping || !may_end_now(SteadyClock::now()))
          co_await transport_.wait_for_input(waited);
        open = read_available(waited);
        break;
      }
      case Step::ended:
        open = false;
        break;
    }
  }
  transport_.input.release();  // a head that was not understood may hold a key
  const bool flushed = co_await transport_.flush();
  if (flushed && ended_) co_await transport_.linger();
}

Connection::Step Connection::take_request() {
  if (ended_) return Step::ended;
  if (transport_.input.unread().empty()) return Step::need_input;
  RequestParser::Status status = parser_.take_head(transport_.input.unread());
  if (status == RequestParser::Status::need_more) {
    if (transport_.phase() != Phase::head) transport_.enter(Phase::head, SteadyClock::now());
    return Step::need_input;
  }
  if (status == RequestParser::Status::complete && parser_.request().has_body &&
      !transport_.input.has_room(parser_.consumed())) {
    transport_.input.make_room(parser_.consumed());
    parser_.reset();
    status = parser_.take_head(transport_.input.unread());
  }
  begin_exchange();
  // A body that is too large is the last reason to refuse: those who may not send any hear of that.
  const bool is_refused = status == RequestParser::Status::refused;
  if (is_refused && !parser_.refused_body_only()) return refuse(parser_.refusal());
  transport_.input.consume(parser_.consumed());

  const bool has_body = parser_.request().has_body;
  Admission admission{};
  try {
    admission = core_.shared().service.admit(exchange_);
  } catch (const std::exception& failure) {
    log_failed_request(exchange_.request_id, failure.what());
    return refuse(kInternalError);
  }
  if (Request& request = parser_.request(); request.has_credentials()) {
    forget_credentials(request, transport_.input, response_);
  }
  if (admission == Admission::answer) {
    if (has_body) response_.close_connection();
    finish_exchange();
    return Step::answered;
  }
  if (has_body && admission == Admission::admit_unread) {
    response_.close_connection();
    return answer_or_wait(began_at_);
  }
  if (is_refused) return refuse(parser_.refusal());
  if (!has_body) return answer_or_wait(began_at_);
  return held_.admit_body() ? Step::need_body : refuse(too_many_bodies());
}

Connection::Step Connection::refuse(const Problem& problem) {
  response_.reset();
  exchange_.visited_version = 0;  // the visit is not answered
  write_problem(problem, exchange_.request_id, response_);
  response_.close_connection();
  finish_exchange();
  return Step::ended;
}

Connection::Step Connection::answer_or_wait(SteadyClock::time_point complete_at) {
  exchange_.call.deadline = Deadline{complete_at + exchange_.time_limit};
  try {
    http::Service& service = core_.shared().service;
    if (!service.answer_now(exchange_)) {
      if (exchange_.tells_of_us) {
        held_.begin_vital();
        return Step::need_answer;
      }
      const std::string_view refusal = held_.begin_waiting();
      if (refusal.empty()) return Step::need_answer;
      service.answer_overloaded(exchange_, refusal);
    }
  } catch (const std::exception& failure) {
    log_failed_request(exchange_.request_id, failure.what());
    return refuse(kInternalError);
  }
  finish_exchange();
  return Step::answered;
}

awaitable<void> Connection::wait_for_answer() {
  transport_.enter(Phase::answering, began_at_);
  bool failed = false;
  try {
    co_await core_.shared().service.answer(exchange_);
  } catch (const std::exception& failure) {
    failed = true;
    log_failed_request(exchange_.request_id, failure.what());
  }
  if (failed) {
    refuse(kInternalError);
  } else {
    finish_exchange();
  }
}

awaitable<bool> Connection::take_body() {
  if (parser_.request().expects_continue && transport_.input.unread().empty()) {
    transport_.output.append("HTTP/1.1 100 Continue\r\n\r\n");
  }
  transport_.input.pin();
  bool open = co_await transport_.flush();
  transport_.enter(Phase::body, SteadyClock::now());
  while (open) {
    const RequestParser::Status status = parser_.take_body(transport_.input.unread());
    transport_.input.consume(parser_.consumed());
    if (status != RequestParser::Status::refused && !held_.hold_body(parser_.body_size())) {
      refuse(too_many_bodies());
      co_return false;
    }
    if (status == RequestParser::Status::complete) break;
    if (status == RequestParser::Status::refused) {
      refuse(parser_.refusal());
      open = false;
      break;
    }
    error_code waited;
    co_await transport_.wait_for_input(waited);
    open = read_available(waited);
  }
  if (!open) co_return false;
  const Step step = answer_or_wait(SteadyClock::now());
  if (step == Step::need_answer) co_await wait_for_answer();
  transport_.input.unpin();
  co_return true;
}

void Connection::begin_exchange() {
  began_at_ = SteadyClock::now();
  in_exchange_ = true;
  is_new_ = false;
  is_released_ = false;
  core_.shared().metrics.in_flight.add(1);
  Request& request = parser_.request();
  if (request.version == 0) request.version = 11;
  const NetworkSet& trusted_proxies = core_.options().trusted_proxies;
  const ClientAddress client = client_address(peer_address_, peer_, request.forwarded_for, trusted_proxies);
  request.client = client.text;
  if (!client.unreadable.empty()) [[unlikely]] {
    unreadable_headers().warn_of_forwarded_for(request.forwarded_for, client.unreadable, peer_);
  }
  response_.reset();
  exchange_.route = 0;
  exchange_.code = {};
  exchange_.visited_version = 0;
  exchange_.row = 0;
  exchange_.tells_of_us = false;
  exchange_.principal = {};
  exchange_.began_at = began_at_;
  exchange_.time_limit = kDefaultDeadline;
  exchange_.call = Call{Deadline{began_at_ + kDefaultDeadline}};
  // Anybody could give his requests the id of another one; proxies number what they pass on.
  const bool is_numbered = !request.request_id.empty() && trusted_proxies.contains(peer_address_);
  const bool is_sane = is_numbered && is_sane_request_id(request.request_id);
  if (is_numbered && !is_sane) [[unlikely]] {
    unreadable_headers().warn_of_request_id(request.request_id, peer_);
  }
  if (is_sane) {
    exchange_.request_id = request.request_id;
  } else {
    made_request_id_ = core_.make_request_id();
    exchange_.request_id = {made_request_id_.data(), made_request_id_.size()};
  }
}

void Connection::finish_exchange() {
  const Request& request = parser_.request();
  Envelope envelope{request.version, request.method, true, core_.date(), exchange_.request_id};
  envelope.keep_alive =
      request.keep_alive && !response_.closes_connection() && core_.stage() == Stage::serving;
  ended_ = !envelope.keep_alive;
  const std::size_t before = transport_.output.size();
  const std::string_view body = serialize(response_, envelope, transport_.output);
  transport_.write_behind(
      body, response_.holds_body() ? Transport::BodyOf::this_answer : Transport::BodyOf::all_answers);

  const SteadyClock::duration time = SteadyClock::now() - began_at_;
  const ServerMetrics& metrics = core_.shared().metrics;
  metrics.answered(exchange_.route, request.method, response_.status(), time, exchange_.call.statements);
  metrics.in_flight.add(-1);
  in_exchange_ = false;
  held_.give_back();
  if (Recorder* const recorder = core_.shared().recorder; recorder != nullptr) {
    recorder->record(core_.index(), exchange_, Ending{time, transport_.output.size() - before + body.size()});
  }
  parser_.reset();
  transport_.enter(Phase::writing, began_at_ + time);
}

void Connection::abandon_exchange() noexcept {
  held_.give_back();
  if (std::exchange(in_exchange_, false)) core_.shared().metrics.in_flight.add(-1);
}

bool Connection::read_available(const error_code& waited) {
  if (waited && (core_.stage() != Stage::stopping || transport_.timed_out())) return give_up_waiting();
  switch (transport_.read_available()) {
    case Transport::Read::some:
      return true;
    case Transport::Read::nothing:
      return !waited;  // nothing to lose but a connection that idles while we stop
    case Transport::Read::ended:
      break;
  }
  return false;
}

bool Connection::give_up_waiting() {
  const bool mid_request = transport_.phase() == Phase::head || transport_.phase() == Phase::body;
  if (transport_.timed_out() && mid_request) {
    if (transport_.phase() == Phase::head) begin_exchange();
    refuse({408, "request_timeout", "The request did not arrive in time."});
  }
  return false;
}

}  // namespace curt::http
