#include "support/http/raw_client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/patience.hpp"

namespace curt::test {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error{errno, std::generic_category(), what}; }

bool wait_for(int socket, short events, std::chrono::milliseconds time = patience()) {
  pollfd polled{socket, events, 0};
  return ::poll(&polled, 1, static_cast<int>(time.count())) == 1;
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

RawResponse parse_head(std::string_view head) {
  RawResponse response;
  std::size_t begin = 0;
  for (bool first = true; begin < head.size(); first = false) {
    const std::size_t end = std::min(head.find("\r\n", begin), head.size());
    const std::string_view line = head.substr(begin, end - begin);
    begin = end + 2;
    if (first) {
      if (line.size() < 12 || !line.starts_with("HTTP/1.")) return response;
      response.minor_version = line[7] - '0';
      std::from_chars(line.data() + 9, line.data() + 12, response.status);
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    response.headers.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  return response;
}

}  // namespace

std::string RawResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key.size() == name.size() && ::strncasecmp(key.data(), name.data(), name.size()) == 0) return value;
  }
  return {};
}

RawClient::RawClient(std::uint16_t port, const std::string& address, int receive_buffer) {
  const bool v6 = address.find(':') != std::string::npos;
  socket_ = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) fail("socket");
  if (receive_buffer != 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  sockaddr_storage storage{};
  socklen_t size = 0;
  if (v6) {
    auto* const peer = reinterpret_cast<sockaddr_in6*>(&storage);
    peer->sin6_family = AF_INET6;
    peer->sin6_port = htons(port);
    ::inet_pton(AF_INET6, address.c_str(), &peer->sin6_addr);
    size = sizeof(sockaddr_in6);
  } else {
    auto* const peer = reinterpret_cast<sockaddr_in*>(&storage);
    peer->sin_family = AF_INET;
    peer->sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &peer->sin_addr);
    size = sizeof(sockaddr_in);
  }
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&storage), size) != 0) {
    const int error = errno;
    ::close(socket_);
    errno = error;
    fail("connect");
  }
}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), buffer_(std::move(other.buffer_)) {}

RawClient::~RawClient() { hang_up(); }

void RawClient::hang_up() {
  if (const int socket = std::exchange(socket_, -1); socket >= 0) ::close(socket);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait_for(socket_, POLLOUT)) return false;
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::size_t RawClient::send_some(std::string_view bytes) {
  const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

void RawClient::finish_sending() { ::shutdown(socket_, SHUT_WR); }

void RawClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  hang_up();
}

RawClient::Received RawClient::receive() {
  std::array<char, 16384> bytes;
  for (;;) {
    if (!wait_for(socket_, POLLIN)) return Received::silence;
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Received::end;
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
    return Received::bytes;
  }
}

std::optional<RawResponse> RawClient::read_response(Body body) {
  std::size_t head_end = 0;
  while ((head_end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (receive() != Received::bytes) return std::nullopt;
  }
  RawResponse response = parse_head(std::string_view{buffer_}.substr(0, head_end));
  buffer_.erase(0, head_end + 4);
  if (body == Body::none || response.status < 200) return response;
  const std::string length_text = response.header("Content-Length");
  std::size_t length = 0;
  std::from_chars(length_text.data(), length_text.data() + length_text.size(), length);
  while (buffer_.size() < length) {
    if (receive() != Received::bytes) return std::nullopt;
  }
  response.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return response;
}

std::optional<std::string> RawClient::read_until_close() {
  for (;;) {
    switch (receive()) {
      case Received::bytes:
        break;
      case Received::end:
        return std::exchange(buffer_, {});
      case Received::silence:
        return std::nullopt;
    }
  }
}

bool RawClient::hears_within(std::chrono::milliseconds time) {
  return !buffer_.empty() || wait_for(socket_, POLLIN, time);
}

void RawClient::read_some(std::size_t most) {
  std::string taken(most, '\0');
  static_cast<void>(::recv(socket_, taken.data(), taken.size(), MSG_DONTWAIT));
}

bool RawClient::is_closed() { return buffer_.empty() && receive() == Received::end; }

std::optional<RawResponse> exchange(std::uint16_t port, std::string_view bytes) {
  RawClient client{port};
  if (!client.send(bytes)) return std::nullopt;
  return client.read_response();
}

}  // namespace curt::test
