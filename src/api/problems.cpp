#include "api/problems.hpp"

#include "curt/http/failed_requests.hpp"

namespace curt::api {
namespace {

struct Mapping {
  unsigned status;
  unsigned retry_after;  ///< seconds, 0 for none
};

Mapping mapping_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::malformed_json:
      return {400, 0};
    case ErrorCode::invalid_value:
    case ErrorCode::idempotency_key_reused:
      return {422, 0};
    case ErrorCode::alias_taken:
    case ErrorCode::count_changed:
    case ErrorCode::not_deleted:
      return {409, 0};
    case ErrorCode::not_found:
    case ErrorCode::not_yet:
      return {404, 0};
    case ErrorCode::expired:
    case ErrorCode::deleted:
    case ErrorCode::disabled:
    case ErrorCode::spent:
      return {410, 0};
    case ErrorCode::blocked:
      return {403, 0};
    case ErrorCode::version_mismatch:
      return {412, 0};
    case ErrorCode::overloaded:
    case ErrorCode::deadline_exceeded:
    case ErrorCode::outcome_unknown:
    case ErrorCode::unavailable:
    case ErrorCode::out_of_codes:
      return {503, 1};
  }
  return {500, 0};
}

}  // namespace

http::Problem to_problem(const Error& error) {
  const Mapping mapping = mapping_of(error.code);
  http::Problem problem{.status = mapping.status,
                        .code = name_of(error.code),
                        .detail = error.detail,
                        .retry_after = mapping.retry_after};
  for (const FieldError& field : error.fields) problem.errors.emplace_back(field.field, field.message);
  return problem;
}

void answer_error(const Error& error, http::Exchange& exchange) {
  if (!error.log.empty()) http::log_failed_request(exchange.request_id, error.log);
  answer_problem(to_problem(error), exchange);
}

void answer_problem(const http::Problem& problem, http::Exchange& exchange) {
  http::write_problem(problem, exchange.request_id, exchange.response);
}

}  // namespace curt::api
