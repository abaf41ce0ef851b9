#include "cache/redis/connection/redis_socket.hpp"

#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>

namespace curt::cache {

using boost::system::error_code;

awaitable<error_code> RedisSocket::connect(Endpoint endpoint) {
  error_code error;
  if (closed_) co_return net::error::operation_aborted;
  socket_.close(error);  // from the try before
  co_await socket_.async_connect(endpoint, net::redirect_error(use_awaitable, error));
  if (closed_) co_return net::error::operation_aborted;
  if (!error && endpoint.protocol().family() != AF_UNIX) {
    error_code ignored;
    socket_.set_option(net::ip::tcp::no_delay(true), ignored);
  }
  co_return error;
}

awaitable<error_code> RedisSocket::secure(net::ssl::context& context, std::string host) {
  tls_.emplace(socket_, context);
  error_code error;
  tls_->set_verify_mode(net::ssl::verify_peer, error);
  if (!error) tls_->set_verify_callback(net::ssl::host_name_verification{host}, error);
  // So that a server of many names shows the right certificate (RFC 6066, section 3: names only, no
  // addresses).
  error_code no_address;
  net::ip::make_address(host, no_address);
  if (no_address) SSL_set_tlsext_host_name(tls_->native_handle(), host.c_str());
  if (!error) {
    co_await tls_->async_handshake(net::ssl::stream_base::client, net::redirect_error(use_awaitable, error));
  }
  co_return error;
}

awaitable<std::size_t> RedisSocket::read(std::span<char> space, error_code& error) {
  const net::mutable_buffer buffer{space.data(), space.size()};
  std::size_t got = 0;
  error = net::error::operation_aborted;
  if (closed_) co_return got;
  if (tls_) {
    got = co_await tls_->async_read_some(buffer, net::redirect_error(use_awaitable, error));
  } else {
    got = co_await socket_.async_read_some(buffer, net::redirect_error(use_awaitable, error));
  }
  co_return got;
}

awaitable<error_code> RedisSocket::write(std::string_view bytes) {
  const net::const_buffer buffer{bytes.data(), bytes.size()};
  error_code error = net::error::operation_aborted;
  if (closed_) co_return error;
  if (tls_) {
    co_await net::async_write(*tls_, buffer, net::redirect_error(use_awaitable, error));
  } else {
    co_await net::async_write(socket_, buffer, net::redirect_error(use_awaitable, error));
  }
  co_return error;
}

awaitable<bool> RedisSocket::sleep(std::chrono::steady_clock::duration time) {
  if (closed_) co_return false;
  error_code ignored;
  timer_.expires_after(time);
  co_await timer_.async_wait(net::redirect_error(use_awaitable, ignored));
  co_return !closed_;
}

void RedisSocket::close_after(std::chrono::steady_clock::duration time) {
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    // One that is cancelled as it expires is called all the same.
    if (cancelled || self->timer_.expiry() > std::chrono::steady_clock::now()) return;
    self->timed_out_ = true;
    self->close();
  });
}

void RedisSocket::close() noexcept {
  if (std::exchange(closed_, true)) return;
  error_code ignored;
  socket_.close(ignored);
  try {
    timer_.cancel();
  } catch (const boost::system::system_error&) {  // cannot fail on this system
    closed_ = true;
  }
}

}  // namespace curt::cache
