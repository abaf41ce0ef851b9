#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace curt::http {

class Response;

/// An error for the client, as RFC 9457 (Problem Details for HTTP APIs) writes it.
struct Problem {
  unsigned status = 500;
  std::string_view code;                                      ///< stable name, snake_case; static text
  std::string detail;                                         ///< a sentence about this occurrence
  std::vector<std::pair<std::string, std::string>> errors{};  ///< field and what is wrong with it
  unsigned retry_after = 0;  ///< seconds at least, see retry_after.hpp; 0 for no such header
};

/// Makes the response an application/problem+json with this problem.
void write_problem(const Problem& problem, std::string_view request_id, Response& response);

/// The standard phrase of a status, "Not Found" (RFC 9110, section 15).
[[nodiscard]] std::string_view reason_phrase(unsigned status) noexcept;

}  // namespace curt::http
