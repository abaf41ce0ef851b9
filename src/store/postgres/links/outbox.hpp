#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "curt/links/outbox.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

// The calls of links::Outbox.

[[nodiscard]] result<links::OutboxView> look_at_outbox(Connection& db, const std::string& since);

[[nodiscard]] result<std::vector<Link>> find_open_changes(Connection& db, const ShortCode& after,
                                                          std::size_t limit);

[[nodiscard]] result<void> note_changes_announced(Connection& db, const std::vector<links::Change>& changes,
                                                  const std::string& identity);

[[nodiscard]] result<bool> believe_cache(Connection& db, const std::string& identity,
                                         const std::string& instead_of);

[[nodiscard]] result<std::size_t> sweep_outbox(Connection& db, std::size_t limit);

}  // namespace curt::store::postgres
