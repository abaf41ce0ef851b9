#include "flows/wire/connection.hpp"

#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

namespace flows {

namespace http = boost::beast::http;
using boost::system::error_code;

awaitable<Fault> Connection::exchange(std::string_view request) {
  if (ended_) close();
  received_ = 0;
  overdue_ = stale_ = false;
  deadline_ = Clock::now() + timeout_;
  Fault fault = Fault::none;
  if (!socket_.is_open()) fault = co_await connect();
  if (fault == Fault::none) fault = co_await write(request);
  if (fault == Fault::none) fault = co_await read();
  deadline_ = Clock::time_point::max();
  if (fault == Fault::none) {
    ++answered_;
    // The server closes it; were this the first to do so, its port would stay in TIME-WAIT.
    ended_ = !parser_->get().keep_alive();
  } else {
    stale_ = answered_ != 0 && (fault == Fault::closed || fault == Fault::reset);
    close();
  }
  co_return fault;
}

awaitable<Fault> Connection::connect() {
  answered_ = 0;
  error_code error;
  co_await socket_.async_connect(server_, net::redirect_error(use_awaitable, error));
  co_return fault_of(error);
}

awaitable<Fault> Connection::write(std::string_view request) {
  error_code error;
  const net::const_buffer bytes{request.data(), request.size()};
  co_await net::async_write(socket_, bytes, net::redirect_error(use_awaitable, error));
  co_return fault_of(error);
}

awaitable<Fault> Connection::read() {
  buffer_.clear();
  parser_.emplace();
  parser_->eager(true);
  while (!parser_->is_done()) {
    error_code error;
    const auto room = buffer_.prepare(buffer_.max_size() - buffer_.size());
    if (room.size() == 0) co_return Fault::malformed;
    const std::size_t got = co_await socket_.async_read_some(room, net::redirect_error(use_awaitable, error));
    if (error) co_return take_end(error);
    received_ += got;
    buffer_.commit(got);
    const std::size_t used = parser_->put(buffer_.data(), error);
    buffer_.consume(used);
    if (error && error != http::error::need_more) co_return Fault::malformed;
  }
  // Nothing was asked for that could follow.
  co_return buffer_.size() == 0 ? Fault::none : Fault::malformed;
}

Fault Connection::take_end(const error_code& error) {
  if (error == net::error::eof && parser_->got_some()) {
    error_code incomplete;
    parser_->put_eof(incomplete);
    return incomplete ? Fault::cut : Fault::none;
  }
  return fault_of(error);
}

Fault Connection::fault_of(const error_code& error) const {
  if (!error) return Fault::none;
  if (overdue_) return Fault::timeout;
  if (received_ != 0) return Fault::cut;
  if (error == net::error::connection_refused) return Fault::refused;
  if (error == boost::system::errc::address_not_available) return Fault::no_port;
  if (error == net::error::eof) return Fault::closed;
  const bool reset = error == net::error::connection_reset || error == net::error::broken_pipe ||
                     error == net::error::connection_aborted;
  return reset ? Fault::reset : Fault::no_connect;
}

Answer Connection::answer() const {
  const auto& message = parser_->get();
  const auto location = message[http::field::location];
  return {
      .status = message.result_int(), .location = {location.data(), location.size()}, .body = message.body()};
}

void Connection::close() {
  ended_ = false;
  error_code ignored;
  socket_.close(ignored);
}

void Connection::give_up_overdue(Clock::time_point now) {
  if (now < deadline_) return;
  overdue_ = true;
  close();
}

}  // namespace flows
