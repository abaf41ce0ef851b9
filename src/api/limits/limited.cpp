#include "api/limits/limited.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "curt/base/units.hpp"

namespace curt::api {
namespace {

using limits::Budget;
using limits::BudgetState;
using limits::seconds_until;

constexpr unsigned kTooManyRequests = 429;

/// What the budget is of, as the middle of a sentence.
std::string_view what_of(Budget budget) noexcept {
  switch (budget) {
    case Budget::create:
      return "requests to create links";
    case Budget::api:
      return "requests of the API";
    case Budget::not_found:
      return "lookups of codes that lead nowhere";
    case Budget::failed_keys:
      return "requests with a key that is not good";
    case Budget::redirect:
      break;
  }
  return "requests for links";
}

std::string sentence_about(const BudgetState& state, std::int64_t seconds) {
  return fmt::format("The budget {} is used up: {} {} in {} are let in. Try again in {} s.",
                     name_of(state.budget), state.quota.requests, what_of(state.budget),
                     format_duration(state.quota.window), seconds);
}

}  // namespace

limits::Subject subject_of(const http::Exchange& exchange) {
  const auto& key = exchange.principal.key;
  return key ? limits::Subject::of_key(*key) : limits::Subject::of_client(exchange.request.client);
}

void add_limit_headers(std::span<const BudgetState> states, http::Response& response) {
  if (states.empty()) return;
  std::string policies;
  std::string left;
  for (const BudgetState& state : states) {
    const std::string_view comma = policies.empty() ? "" : ", ";
    const std::string_view name = name_of(state.budget);
    policies +=
        fmt::format(R"({}"{}";q={};w={})", comma, name, state.quota.requests, state.quota.window.count());
    left += fmt::format(R"({}"{}";r={};t={})", comma, name, state.remaining, seconds_until(state.next));
  }
  response.add_header("RateLimit-Policy", policies);
  response.add_header("RateLimit", left);
}

http::Problem limited_problem(std::span<const BudgetState> states, http::Exchange& exchange) {
  add_limit_headers(states, exchange.response);
  http::Problem problem{kTooManyRequests, "rate_limited", {}};
  std::int64_t longest = 1;
  for (const BudgetState& state : states) {
    if (state.allowed) continue;
    const std::int64_t seconds = std::max<std::int64_t>(seconds_until(state.next), 1);
    longest = std::max(longest, seconds);
    problem.detail.append(problem.detail.empty() ? "" : " ").append(sentence_about(state, seconds));
  }
  // Not spread by chance as other ones are: the time is this client's own.
  exchange.response.add_header("Retry-After", fmt::to_string(longest));
  return problem;
}

}  // namespace curt::api
