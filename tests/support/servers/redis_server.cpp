#include "support/servers/redis_server.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <stdexcept>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include "curt/cache/redis/protocol/redis_command.hpp"

#include "support/eventually.hpp"
#include "support/patience.hpp"

namespace curt::test {
namespace {

namespace net = boost::asio;
using net::ip::tcp;

/// Sends what is encoded already and gives the last of `answers` answers.
cache::RedisReply exchange(std::uint16_t port, const std::string& bytes, int answers) {
  net::io_context context;
  tcp::socket socket{context};
  socket.connect({net::ip::address_v4::loopback(), port});
  net::write(socket, net::buffer(bytes));
  cache::RedisReplyReader reader;
  std::array<char, 4096> buffer{};
  for (;;) {
    while (auto reply = reader.next()) {
      if (--answers == 0) return std::move(*reply);
    }
    if (reader.failed()) throw std::runtime_error{"not Redis's protocol"};
    const std::size_t got = socket.read_some(net::buffer(buffer));
    reader.feed({buffer.data(), got});
  }
}

}  // namespace

RedisServer::RedisServer(RedisServerOptions options) : options_(std::move(options)) {
  if (!options_.tls_names.empty()) make_certificate();
  // Somebody else may take the port before the server does.
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = free_port();
    if (!options_.tls_names.empty()) tls_port_ = free_port();
    if (try_start()) return;
  }
  throw std::runtime_error{"redis-server does not start: " + process_->standard_output()};
}

RedisServer::~RedisServer() { kill(); }

void RedisServer::make_certificate() const {
  const std::string key = (folder_.path() / "key.pem").string();
  const auto made =
      run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
           "-days", "2", "-subj", "/CN=curt test", "-addext", "subjectAltName=" + options_.tls_names,
           "-keyout", key, "-out", certificate().string()});
  if (made.status != 0) throw std::runtime_error{"openssl: " + made.err};
}

bool RedisServer::try_start() {
  std::vector<std::string> arguments{"redis-server", "--port",      fmt::to_string(port_),
                                     "--bind",       "127.0.0.1",   "--dir",
                                     folder_.path(), "--save",      "",
                                     "--appendonly", "no",          "--unixsocket",
                                     unix_socket(),  "--daemonize", "no"};
  const auto add = [&](std::initializer_list<std::string> more) { arguments.insert(arguments.end(), more); };
  if (!options_.password.empty()) add({"--requirepass", options_.password});
  if (tls_port_ != 0) {
    add({"--tls-port", fmt::to_string(tls_port_), "--tls-cert-file", certificate(), "--tls-key-file",
         folder_.path() / "key.pem", "--tls-ca-cert-file", certificate(), "--tls-auth-clients", "no"});
  }
  arguments.insert(arguments.end(), options_.arguments.begin(), options_.arguments.end());
  process_ = std::make_unique<ChildProcess>(std::move(arguments));
  bool up = false;
  return eventually([&] {
           try {
             up = command({"PING"}).text == "PONG";
           } catch (const std::exception&) {  // not yet
             up = false;
           }
           return up || !process_->is_running();
         }) &&
         up && process_->is_running();
}

std::string RedisServer::url() const {
  return fmt::format("redis://{}{}127.0.0.1:{}", options_.password.empty() ? "" : ":" + options_.password,
                     options_.password.empty() ? "" : "@", port_);
}

cache::RedisReply RedisServer::command(std::initializer_list<std::string_view> words) const {
  return command(std::span{words.begin(), words.size()});
}

cache::RedisReply RedisServer::command(std::span<const std::string_view> words) const {
  using cache::RedisVerb;
  std::string bytes;
  int answers = 1;
  if (!options_.password.empty()) {
    bytes = cache::make_command(RedisVerb::other, {"AUTH", options_.password}).bytes;
    ++answers;
  }
  bytes += cache::make_command(RedisVerb::other, words).bytes;
  return exchange(port_, bytes, answers);
}

void RedisServer::pause() const { process_->send_signal(SIGSTOP); }

void RedisServer::resume() const { process_->send_signal(SIGCONT); }

void RedisServer::kill() {
  if (!process_) return;
  process_->send_signal(SIGKILL);
  process_->wait();
  process_.reset();
}

void RedisServer::start() {
  if (!try_start())
    throw std::runtime_error{"redis-server does not start again: " + process_->standard_output()};
}

cache::RedisOptions patient_options(const RedisServer& server) {
  cache::RedisOptions options;
  options.address.host = "127.0.0.1";
  options.address.port = server.port();
  options.address.password = server.password();
  options.timeout = options.connect_timeout = options.silence = patience();
  options.dead_after = 2 * patience();
  return options;
}

}  // namespace curt::test
