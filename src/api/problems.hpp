#pragma once

#include "curt/domain/error.hpp"
#include "curt/http/problem.hpp"
#include "curt/http/service.hpp"

namespace curt::api {

/// How the client hears of a domain error: status, code, Retry-After. The one table of it.
[[nodiscard]] http::Problem to_problem(const Error& error);

/// Answers with the error; what is only for the operator goes to the log.
void answer_error(const Error& error, http::Exchange& exchange);

/// Answers with a problem of the HTTP layer.
void answer_problem(const http::Problem& problem, http::Exchange& exchange);

}  // namespace curt::api
