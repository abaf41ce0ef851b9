#include "cache/redis/connection/host_lookup.hpp"

#include <cstring>
#include <exception>
#include <thread>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace curt::cache {
namespace {

namespace ip = boost::asio::ip;

ip::address address_of(const addrinfo& info) {
  if (info.ai_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, info.ai_addr, sizeof v4);
    return ip::address_v4{ntohl(v4.sin_addr.s_addr)};
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, info.ai_addr, sizeof v6);
  ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return ip::address_v6{bytes, v6.sin6_scope_id};
}

void look_up(const std::string& host, HostLookup::Answer& answer) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
    answer.problem = ::gai_strerror(error);
    return;
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned{found, ::freeaddrinfo};
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_family == AF_INET || one->ai_family == AF_INET6) answer.addresses.push_back(address_of(*one));
  }
  if (answer.addresses.empty()) answer.problem = "the host has no address";
}

}  // namespace

std::shared_ptr<const HostLookup::Answer> HostLookup::begin(const std::string& host) {
  const std::lock_guard lock{mutex_};
  if (current_ && !current_->done && host == host_) return current_;
  host_ = host;
  current_ = std::make_shared<Answer>();
  boost::system::error_code no_address;
  const ip::address address = ip::make_address(host_, no_address);
  if (!no_address) {
    current_->addresses.push_back(address);
    current_->done = true;
    return current_;
  }
  auto work = [host = host_, answer = current_] {
    try {
      look_up(host, *answer);
    } catch (const std::exception& failure) {  // no memory
      answer->problem = failure.what();
    }
    answer->done = true;
  };
  try {
    std::thread{std::move(work)}.detach();
  } catch (const std::exception& failure) {  // no thread to be had now
    current_->problem = failure.what();
    current_->done = true;
  }
  return current_;
}

}  // namespace curt::cache
