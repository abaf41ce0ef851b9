#include "support/http/http_fixture.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "curt/http/problem.hpp"

namespace curt::test {
namespace {

using http::Admission;
using http::Exchange;
using http::Method;

enum Route : http::RouteId {
  none,
  live,
  shorten,
  about,
  big,
  wait,
  closed,
  failing,
  failing_later,
  failing_at_once,
  visiting,
  failing_on_visit
};

struct RouteRow {
  std::string_view path;
  Route route;
  bool post;
};

constexpr RouteRow kRoutes[] = {{"/health/live", live, false},
                                {"/shorten", shorten, true},
                                {"/about", about, false},
                                {"/big", big, false},
                                {"/wait", wait, false},
                                {"/wait", wait, true},
                                {"/private", closed, true},
                                {"/throw", failing, false},
                                {"/throw-later", failing_later, false},
                                {"/throw-at-once", failing_at_once, false},
                                {"/visit", visiting, false},
                                {"/throw-on-visit", failing_on_visit, false}};

Admission refuse(Exchange& exchange, unsigned status, std::string_view code) {
  http::write_problem({status, code, "The test's service says so."}, exchange.request_id, exchange.response);
  return Admission::answer;
}

void answer_text(Exchange& exchange, std::string text) {
  exchange.response.set_content_type("text/plain");
  exchange.response.set_body(std::move(text));
}

}  // namespace

EchoService::EchoService()
    : route_names_{"none",    "live",    "shorten",       "about",           "big",      "wait",
                   "private", "failing", "failing_later", "failing_at_once", "visiting", "failing_on_visit"} {
}

Admission EchoService::admit(Exchange& exchange) {
  const http::Request& request = exchange.request;
  if (request.method == Method::other) return refuse(exchange, 501, "not_implemented");
  if (request.path == "*") {
    if (request.method != Method::options) return refuse(exchange, 400, "malformed_request");
    exchange.response.set_status(204);
    return Admission::answer;
  }
  bool known = false;
  for (const RouteRow& row : kRoutes) {
    if (row.path != request.path) continue;
    known = true;
    const bool fits = row.post ? request.method == Method::post
                               : request.method == Method::get || request.method == Method::head;
    if (!fits) continue;
    exchange.route = row.route;
    if (row.route == failing_at_once) throw std::runtime_error{"failing at once, as the test wants"};
    if (row.route == closed) return refuse(exchange, 401, "unauthorized");
    return Admission::admit;
  }
  return known ? refuse(exchange, 405, "method_not_allowed") : refuse(exchange, 404, "not_found");
}

bool EchoService::answer_now(Exchange& exchange) {
  const http::Request& request = exchange.request;
  switch (exchange.route) {
    case live:
      answer_text(exchange, "ok\n");
      return true;
    case shorten:
      answer_text(exchange, std::string{request.body});
      return true;
    case about:
      answer_text(exchange, fmt::format("client={}\nmethod={}\npath={}\nquery={}\nhost={}\n", request.client,
                                        name_of(request.method), request.path, request.query, request.host));
      return true;
    case big:
      exchange.response.set_static_body(big_body());
      return true;
    case visiting:
      exchange.visited_version = kVisitedVersion;
      answer_text(exchange, "visited\n");
      return true;
    case failing_on_visit:
      exchange.visited_version = kVisitedVersion;
      [[fallthrough]];
    case failing:
      throw std::runtime_error{"failing, as the test wants"};
    default:
      return false;
  }
}

awaitable<void> EchoService::answer(Exchange& exchange) {
  if (exchange.route == failing_later) throw std::runtime_error{"failing later, as the test wants"};
  auto begin = [this](Completion<int> completion) {
    const std::lock_guard lock{mutex_};
    waiting_.push_back(std::move(completion));
    arrived_.notify_all();
  };
  co_await suspend<int>(begin);
  const std::string_view body = exchange.request.body;
  answer_text(exchange, body.empty() ? std::string{"waited\n"} : std::string{body});
}

void EchoService::answer_overloaded(Exchange& exchange, std::string_view detail) {
  exchange.response.set_status(503);
  exchange.response.set_body(std::string{detail});
}

void EchoService::await_waiting(std::size_t count) {
  std::unique_lock lock{mutex_};
  arrived_.wait(lock, [&] { return waiting_.size() >= count; });
}

std::size_t EchoService::waiting() {
  const std::lock_guard lock{mutex_};
  return waiting_.size();
}

void EchoService::release() {
  std::vector<Completion<int>> released;
  {
    const std::lock_guard lock{mutex_};
    released.swap(waiting_);
  }
  for (auto& completion : released) completion(0);
}

std::string_view EchoService::big_body() {
  static const std::string body = [] {
    std::string text(kBigSize, ' ');
    for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 4096) % 26);
    return text;
  }();
  return body;
}

http::ServerOptions TestServer::completed(http::ServerOptions options, const std::string& address) {
  if (options.listen.empty()) options.listen.emplace_back(net::ip::make_address(address), std::uint16_t{0});
  options.threads = std::max<std::size_t>(options.threads, 2);
  return options;
}

TestServer::TestServer(http::ServerOptions options, const std::string& address, http::Recorder* recorder)
    : server_metrics(metrics, service.route_names()),
      server(completed(std::move(options), address), service, server_metrics, recorder) {
  server.listen().value();
  server.start();
}

http::ServerOptions patient_options() {
  http::ServerOptions options;
  options.head_timeout = options.body_timeout = options.idle_timeout = options.write_timeout =
      std::chrono::hours{1};
  return options;
}

http::ServerOptions trusting_options() {
  http::ServerOptions options = patient_options();
  options.trusted_proxies.add("127.0.0.0/8");
  return options;
}

http::ServerOptions with_short(http::SteadyClock::duration http::ServerOptions::* time) {
  http::ServerOptions options = patient_options();
  options.*time = std::chrono::milliseconds{300};
  return options;
}

void SharedServer::SetUpTestSuite() { instance = std::make_unique<TestServer>(); }

void SharedServer::TearDownTestSuite() { instance.reset(); }

std::string get(std::string_view path, std::string_view headers) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: curt.test\r\n{}\r\n", path, headers);
}

std::string post(std::string_view path, std::string_view body, std::string_view headers) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: curt.test\r\nContent-Length: {}\r\n{}\r\n{}", path,
                     body.size(), headers, body);
}

}  // namespace curt::test
