#pragma once

#include <optional>
#include <string>

#include "curt/links/link_store.hpp"

#include "store/postgres/session.hpp"

namespace curt::store::postgres {

/// What is known of an earlier request with the same Idempotency-Key.
struct EarlierRequest {
  std::string body_hash;
  ShortCode code;  ///< of the link that answered it
};

/// The earlier request with this key, unless that is longer ago than links::kIdempotencyWindow. Requests with
/// the same key wait for each other, here, until the transactions end.
[[nodiscard]] std::optional<EarlierRequest> find_idempotency(Session& db, const std::string& key,
                                                             Timestamp now);

/// Keeps the key for links::kIdempotencyWindow, and drops a few that are older.
void remember_idempotency(Session& db, const links::IdempotencyKey& key, const ShortCode& code,
                          Timestamp now);

}  // namespace curt::store::postgres
