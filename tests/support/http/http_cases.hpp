#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace curt::test {

/// How a connection goes on behind an answer.
enum class After {
  closed,  ///< the server ends it, and nothing that follows on it is answered
  open,    ///< the next request is answered
};

/// A malformed or ambiguous request and what becomes of it.
struct HttpCase {
  std::string name;
  std::string bytes;
  unsigned status = 0;  ///< 0: the client stops in the middle, and the server hangs up without a word
  After after = After::closed;
};

/// What attackers and broken clients send. The status of a wrong method, path or `*` is the service's to
/// give: 405 for a known path with another method, 501 for a method that nobody knows, 404 for an unknown
/// path.
[[nodiscard]] const std::vector<HttpCase>& http_cases();

/// Sends the case, with a good request behind it, to the server and says what was not as it should be.
[[nodiscard]] testing::AssertionResult answers_as_it_should(const HttpCase& sent, std::uint16_t port);

}  // namespace curt::test
