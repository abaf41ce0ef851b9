#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "curt/access/principal.hpp"
#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/http/request.hpp"
#include "curt/http/response.hpp"

namespace curt::http {

/// Index of a request's route in Service::route_names(), for metrics and logs.
using RouteId = std::uint8_t;

/// One request with its answer, from the moment the head is there until the answer is written.
struct Exchange {
  Request& request;
  Response& response;
  std::string_view request_id;
  RouteId route = 0;
  Call call;
  std::chrono::steady_clock::time_point began_at{};  ///< when the head was complete
  std::uint8_t row = 0;  ///< index into the service's table of routes, once it is admitted
  std::chrono::steady_clock::duration time_limit{std::chrono::seconds{5}};  ///< from the complete request on
  /// Whether the answer tells the operator how the service is: it is made however much there is to do.
  bool tells_of_us = false;
  std::string_view code{};  ///< path parameter of the matched route, still percent-encoded
  /// The version of what the answer shows a visitor, for the recorder; 0 where the answer is no visit.
  std::int64_t visited_version = 0;
  access::Principal principal{};  ///< who asks, once the request is admitted
};

/// What a service decides when it has seen a request's head.
enum class Admission {
  admit,         ///< read the body, then ask for the answer
  admit_unread,  ///< ask for the answer; a body is not read, and the connection ends if there is one
  answer,  ///< the response is complete already; a body is not read, and the connection ends if there is one
};

/// What the server serves. Its methods run on the core's thread that owns the connection, many cores at once;
/// none may block.
class Service {
 public:
  virtual ~Service() = default;

  /// Finds the route (sets exchange.route, row, code, time_limit and tells_of_us) and refuses what needs no
  /// body to be refused.
  virtual Admission admit(Exchange& exchange) = 0;

  /// Answers if that takes no waiting; false if it does, then answer() is awaited.
  virtual bool answer_now(Exchange& exchange) = 0;

  /// Answers after waiting for something.
  virtual awaitable<void> answer(Exchange& exchange) = 0;

  /// Answers in place of answer() that there is too much to do: `detail` says of what.
  virtual void answer_overloaded(Exchange& exchange, std::string_view detail) = 0;

  /// A name for each RouteId. The first, 0, stands for requests without a route.
  [[nodiscard]] virtual const std::vector<std::string>& route_names() const noexcept = 0;
};

}  // namespace curt::http
