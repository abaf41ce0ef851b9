#include "app/wiring/health_probe.hpp"

#include <array>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

namespace curt::app {
namespace {

namespace http = boost::beast::http;
namespace net = boost::asio;
using boost::system::error_code;

/// One GET on a connection of its own, step after step; the first failure ends it. Of Beast only the parser
/// is used: with its asynchronous operations no other source would take as long to compile.
class Probe {
 public:
  Probe(const boost::urls::url_view& url, std::chrono::milliseconds timeout)
      : timeout_(timeout),
        host_(url.host_address()),
        port_(url.has_port() ? std::string{url.port()} : "80"),
        request_(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
                             url.encoded_target().empty() ? "/" : std::string{url.encoded_target()},
                             std::string{url.encoded_host_and_port()})) {
    response_.eager(true);
  }

  /// Runs until the answer is there, the time is over, or something failed.
  error_code run() {
    resolver_.async_resolve(
        host_, port_, [this](error_code error, const net::ip::tcp::resolver::results_type& found) {
          if (failed(error)) return;
          net::async_connect(socket_, found, [this](error_code connected, const auto&) { send(connected); });
        });
    context_.run_for(timeout_);
    return error_;
  }

  [[nodiscard]] http::response<http::string_body>& response() { return response_.get(); }

 private:
  bool failed(error_code error) {
    if (error) error_ = error;
    return static_cast<bool>(error);
  }

  void send(error_code error) {
    if (failed(error)) return;
    net::async_write(socket_, net::buffer(request_), [this](error_code sent, std::size_t) {
      if (!failed(sent)) read();
    });
  }

  void read() {
    socket_.async_read_some(net::buffer(space_),
                            [this](error_code error, std::size_t bytes) { parse(error, bytes); });
  }

  void parse(error_code error, std::size_t bytes) {
    if (error == net::error::eof) {
      if (response_.got_some()) return response_.put_eof(error_);
      error = http::error::end_of_stream;
    }
    if (failed(error)) return;
    received_.append(space_.data(), bytes);
    received_.erase(0, response_.put(net::buffer(received_), error));
    if (error == http::error::need_more) error = {};
    if (failed(error)) return;
    if (response_.is_done()) {
      error_ = {};
    } else {
      read();
    }
  }

  std::chrono::milliseconds timeout_;
  std::string host_;
  std::string port_;
  std::string request_;
  std::array<char, 4096> space_{};
  std::string received_;  ///< bytes that are not parsed yet
  net::io_context context_{1};
  net::ip::tcp::resolver resolver_{context_};
  net::ip::tcp::socket socket_{context_};
  http::response_parser<http::string_body> response_;
  error_code error_ = net::error::timed_out;  ///< until the whole answer is there
};

}  // namespace

boost::system::result<HealthAnswer> ask_health(const boost::urls::url_view& url,
                                               std::chrono::milliseconds timeout) {
  Probe probe{url, timeout};
  if (const error_code error = probe.run()) return error;
  return HealthAnswer{probe.response().result_int(), std::move(probe.response().body())};
}

}  // namespace curt::app
