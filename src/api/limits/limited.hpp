#pragma once

#include <span>

#include "curt/http/problem.hpp"
#include "curt/http/service.hpp"
#include "curt/limits/gcra.hpp"
#include "curt/limits/subject.hpp"

namespace curt::api {

/// Whose budgets a request is charged to: those of the good key that it came with, else of the client's
/// address.
[[nodiscard]] limits::Subject subject_of(const http::Exchange& exchange);

/// Tells the client of its budgets: RateLimit-Policy and RateLimit, as
/// draft-ietf-httpapi-ratelimit-headers-10 has them. Its `t` is the time until additional quota is available
/// (section 4.1.2), which is one request here.
void add_limit_headers(std::span<const limits::BudgetState> states, http::Response& response);

/// The problem of a request that is refused by one or more of these budgets. Adds Retry-After, and the
/// headers of add_limit_headers().
[[nodiscard]] http::Problem limited_problem(std::span<const limits::BudgetState> states,
                                            http::Exchange& exchange);

}  // namespace curt::api
