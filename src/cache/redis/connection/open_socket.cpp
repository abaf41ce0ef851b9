#include "cache/redis/connection/open_socket.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <fmt/format.h>

namespace curt::cache {
namespace {

using boost::system::error_code;

/// How often a look-up on another thread is asked whether it is done.
constexpr auto kLookupInterval = std::chrono::milliseconds{2};

/// The first word of the server's error, such as WRONGPASS; nothing that is not capitals.
std::string_view first_word(std::string_view text) {
  constexpr std::size_t kLongest = 20;
  std::size_t end = 0;
  while (end < text.size() && end < kLongest && text[end] >= 'A' && text[end] <= 'Z') ++end;
  return end == 0 ? std::string_view{"error"} : text.substr(0, end);
}

void add(Greeting& greeting, std::string word, std::initializer_list<std::string_view> words) {
  greeting.bytes += make_command(RedisVerb::other, words).bytes;
  greeting.words.push_back(std::move(word));
}

awaitable<std::vector<RedisSocket::Endpoint>> find_endpoints(RedisSocket& socket, RedisContext& context,
                                                             const RedisAddress& address,
                                                             std::string& problem) {
  std::vector<RedisSocket::Endpoint> endpoints;
  if (!address.path.empty()) {
    endpoints.emplace_back(net::local::stream_protocol::endpoint{address.path});
    co_return endpoints;
  }
  const std::shared_ptr<const HostLookup::Answer> answer = context.lookup.begin(address.host);
  while (!answer->done && !socket.is_closed()) {
    SteadyTimer timer{co_await net::this_coro::executor, kLookupInterval};
    co_await timer.async_wait(use_awaitable);
  }
  if (!answer->done) {
    problem = "looking up " + address.host + " takes too long";
    co_return endpoints;
  }
  if (!answer->problem.empty()) problem = fmt::format("cannot look up {}: {}", address.host, answer->problem);
  for (const net::ip::address& found : answer->addresses) {
    endpoints.emplace_back(net::ip::tcp::endpoint{found, address.port});
  }
  // An address that swallows what it is sent takes up the whole time; after a failure another one comes
  // first.
  if (endpoints.size() > 1) {
    const std::size_t first = context.health.refusals() % endpoints.size();
    std::rotate(endpoints.begin(), endpoints.begin() + static_cast<std::ptrdiff_t>(first), endpoints.end());
  }
  co_return endpoints;
}

awaitable<std::string> connect(RedisSocket& socket, RedisContext& context, const RedisAddress& address) {
  std::string problem;
  const std::vector<RedisSocket::Endpoint> endpoints =
      co_await find_endpoints(socket, context, address, problem);
  error_code error = net::error::host_not_found;
  for (const RedisSocket::Endpoint& endpoint : endpoints) {
    error = co_await socket.connect(endpoint);
    if (!error || socket.is_closed()) break;
  }
  if (!problem.empty()) co_return problem;
  if (error) co_return "cannot connect: " + error.message();
  if (!address.tls) co_return std::string{};
  error = co_await socket.secure(context.tls, address.host);
  if (error) co_return "TLS failed: " + error.message();
  co_return std::string{};
}

awaitable<std::string> greet(RedisSocket& socket, const Greeting& greeting, RedisReplyReader& reader) {
  error_code error = co_await socket.write(greeting.bytes);
  if (error) co_return "the connection broke: " + error.message();
  std::array<char, 1024> buffer{};
  for (const std::string& word : greeting.words) {
    std::optional<RedisReply> reply = reader.next();
    while (!reply) {
      if (reader.failed()) co_return std::string{"what answers there is no Redis server"};
      const std::size_t got = co_await socket.read(buffer, error);
      if (error) co_return "the connection broke: " + error.message();
      reader.feed({buffer.data(), got});
      reply = reader.next();
    }
    std::string objection = objection_to(word, *reply);
    if (!objection.empty()) co_return objection;
  }
  co_return std::string{};
}

/// Where the server is now, and as whom to speak to it.
awaitable<RedisAddress> find_address(RedisSocket& socket, RedisContext& context, std::string& problem) {
  const RedisOptions& options = context.options;
  if (!options.address_now) co_return options.address;
  const std::shared_ptr<const AddressLookup::Answer> answer =
      context.address_lookup.begin(options.address_now);
  while (!answer->done && !socket.is_closed()) {
    SteadyTimer timer{co_await net::this_coro::executor, kLookupInterval};
    co_await timer.async_wait(use_awaitable);
  }
  if (!answer->done) {
    problem = "finding out the server's address takes too long";
    co_return options.address;
  }
  problem = answer->problem;
  RedisAddress address = answer->address;
  address.database = options.address.database;
  co_return address;
}

}  // namespace

Greeting make_greeting(const RedisAddress& address) {
  Greeting greeting;
  if (!address.user.empty()) {
    add(greeting, "AUTH", {"AUTH", address.user, address.password});
  } else if (!address.password.empty()) {
    add(greeting, "AUTH", {"AUTH", address.password});
  }
  if (address.database != 0) add(greeting, "SELECT", {"SELECT", fmt::to_string(address.database)});
  add(greeting, "CLIENT", {"CLIENT", "SETNAME", "curt"});
  add(greeting, "PING", {"PING"});
  return greeting;
}

std::string objection_to(std::string_view word, const RedisReply& reply) {
  if (reply.kind != RedisReply::Kind::error) {
    return reply.kind == RedisReply::Kind::status ? "" : "what answers there is no Redis server";
  }
  // A user may be forbidden what we can do without: a name, and a PING in the greeting.
  if ((word == "CLIENT" || word == "PING") && reply.is_error("NOPERM")) return "";
  if (word == "CLIENT" && reply.is_error("ERR")) return "";
  if (reply.is_error("NOAUTH")) return "the server wants a password (NOAUTH)";
  const std::string_view why = first_word(reply.text);
  if (word == "AUTH") return fmt::format("the server refused user or password ({})", why);
  if (word == "SELECT") return fmt::format("the server refused the number of the database ({})", why);
  return fmt::format("the server is not ready ({})", why);
}

awaitable<Opening> open_socket(RedisSocket& socket, RedisContext& context, RedisReplyReader& reader,
                               std::chrono::milliseconds within) {
  socket.close_after(within);
  Opening opening;
  std::string& problem = opening.problem;
  const RedisAddress address = co_await find_address(socket, context, problem);
  const Greeting greeting = make_greeting(address);
  if (problem.empty()) problem = co_await connect(socket, context, address);
  const auto connected_at = std::chrono::steady_clock::now();
  if (problem.empty()) problem = co_await greet(socket, greeting, reader);
  opening.greeted_in = std::chrono::steady_clock::now() - connected_at;
  if (socket.has_timed_out()) {
    problem = fmt::format("no connection within {} ms", within.count());
  } else if (problem.empty() && socket.is_closed()) {
    problem = "closed";
  }
  if (problem.empty()) {
    socket.stay_open();
  } else {
    socket.close();
  }
  co_return opening;
}

}  // namespace curt::cache
