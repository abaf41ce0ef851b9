#include <cstdio>
#include <iostream>
#include <string>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/url/parse.hpp>

#include "curt/app/commands/commands.hpp"

namespace curt::app {
namespace {

namespace beast = boost::beast;
namespace net = boost::asio;
using boost::system::error_code;

/// One GET, step after step; the first failure ends it.
class Probe {
 public:
  Probe(const HealthCommand& command, const boost::urls::url_view& url)
      : timeout_(command.timeout),
        host_(url.host_address()),
        port_(url.has_port() ? std::string{url.port()} : "80"),
        request_(beast::http::verb::get,
                 url.encoded_target().empty() ? "/" : std::string{url.encoded_target()}, 11) {
    request_.set(beast::http::field::host, std::string{url.encoded_host_and_port()});
    request_.set(beast::http::field::connection, "close");
  }

  /// Runs until the answer is there, the time is over, or something failed.
  error_code run() {
    stream_.expires_after(timeout_);
    resolver_.async_resolve(
        host_, port_, [this](error_code error, const net::ip::tcp::resolver::results_type& found) {
          if (failed(error)) return;
          stream_.async_connect(
              found, [this](error_code connected, const net::ip::tcp::endpoint&) { send(connected); });
        });
    context_.run_for(timeout_);
    return error_;
  }

  [[nodiscard]] const beast::http::response<beast::http::string_body>& response() const { return response_; }

 private:
  bool failed(error_code error) {
    if (error) error_ = error;
    return static_cast<bool>(error);
  }

  void send(error_code error) {
    if (failed(error)) return;
    beast::http::async_write(stream_, request_, [this](error_code sent, std::size_t) {
      if (failed(sent)) return;
      beast::http::async_read(stream_, buffer_, response_,
                              [this](error_code read, std::size_t) { error_ = read; });
    });
  }

  std::chrono::milliseconds timeout_;
  std::string host_;
  std::string port_;
  net::io_context context_{1};
  net::ip::tcp::resolver resolver_{context_};
  beast::tcp_stream stream_{context_};
  beast::http::request<beast::http::empty_body> request_;
  beast::flat_buffer buffer_;
  beast::http::response<beast::http::string_body> response_;
  error_code error_ = net::error::timed_out;  ///< until the whole answer is there
};

}  // namespace

int health(const HealthCommand& command) {
  const auto url = boost::urls::parse_uri(command.url);
  if (!url || url->scheme_id() != boost::urls::scheme::http) {
    std::fprintf(stderr, "curt health: \"%s\" is not an http URL\n", command.url.c_str());
    return 2;
  }
  Probe probe{command, *url};
  if (const error_code error = probe.run()) {
    std::fprintf(stderr, "curt health: no answer from %s: %s\n", command.url.c_str(),
                 error.message().c_str());
    return 1;
  }
  std::cout << probe.response().body();
  return probe.response().result() == beast::http::status::ok ? 0 : 1;
}

}  // namespace curt::app
