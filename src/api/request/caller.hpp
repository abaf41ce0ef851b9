#pragma once

#include <string>

#include "curt/access/key_service.hpp"
#include "curt/http/service.hpp"
#include "curt/links/author.hpp"

namespace curt::api {

/// Who asks for a change, as the rules of links and keys want to know it. Views the exchange.
class Caller {
 public:
  explicit Caller(const http::Exchange& exchange);

  /// These live as long as the caller.
  [[nodiscard]] links::Author author() const;
  [[nodiscard]] access::AskedBy asked_by() const;

  /// Whose an Idempotency-Key is: the key's, whatever address it is used from, or the anonymous client's.
  [[nodiscard]] std::string idempotency_owner() const;

 private:
  const http::Exchange& exchange_;
  const std::string by_;
};

}  // namespace curt::api
