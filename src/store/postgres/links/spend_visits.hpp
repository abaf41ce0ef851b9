#pragma once

#include <cstdint>

#include "curt/links/link_store.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

/// Grants visits as links::LinkStore says; without any it only reads.
[[nodiscard]] result<links::Spent> spend_visits(Connection& db, const ShortCode& code, std::uint64_t visits,
                                                Timestamp now);

}  // namespace curt::store::postgres
