#pragma once

#include <cstddef>
#include <string_view>

#include "store/statement_times.hpp"

namespace curt::store::sqlite {

/// The statements that a connection runs; the name is the metric's label.
enum class Statement {
  begin,
  commit,
  roll_back,
  savepoint,
  release,
  roll_back_to,
  find_link,
  find_reusable,
  insert_link,
  update_link,
  delete_link,
  spend_visits,
  list_links,
  changed_since,
  find_idempotency,
  insert_idempotency,
  purge_idempotency,
  ping,
};

inline constexpr std::size_t kStatementCount = static_cast<std::size_t>(Statement::ping) + 1;

[[nodiscard]] std::string_view name_of(Statement statement) noexcept;

/// The SQL, with numbered parameters; list_links has variants of its own (list_links.hpp) and none here.
[[nodiscard]] const char* sql_of(Statement statement) noexcept;

/// Whether it is charged to the call that it was run for. Transactions are shared by many calls.
[[nodiscard]] constexpr bool is_charged(Statement statement) noexcept {
  return statement >= Statement::find_link;
}

/// The columns of a link, in the order that read_link() takes them.
#define CURT_LINK_COLUMNS                                                                            \
  "l.code, l.target, l.title, l.tags, l.redirect_status, l.forward_query, l.enabled, l.not_before, " \
  "l.expires_at, l.created_at, l.updated_at, l.version, l.deleted_at, "                              \
  "l.max_visits, l.spent"

using StatementTimes = TimesByName<Statement, kStatementCount>;

}  // namespace curt::store::sqlite
