#include "store/postgres/connection/failure.hpp"

#include <string_view>
#include <typeinfo>

#include "store/failures.hpp"
#include "store/postgres/connection/libpqxx.hpp"

namespace curt::store::postgres {
namespace {

/// By SQLSTATE (PostgreSQL manual, appendix A).
Failure kind_of_state(std::string_view state) noexcept {
  // No state: libpq itself failed. 08: connection exception; 57P0x: the server shuts down or crashed.
  if (state.empty() || state.starts_with("08") || state.starts_with("57P0")) return Failure::broken;
  if (state == "25006") return Failure::read_only;
  // A prepared statement that is not ours or that an altered table made invalid.
  if (state == "26000" || state == "42P05" || state == "0A000") return Failure::useless;
  if (state == "40001" || state == "40P01") return Failure::conflict;
  if (state == "57014" || state == "55P03") return Failure::overdue;
  if (state.starts_with("22")) return Failure::bad_value;
  return Failure::other;
}

/// What the operator can do about it.
std::string_view advice_for(std::string_view state) noexcept {
  if (state == "26000" || state == "42P05") {
    return " (behind a pooler in transaction mode, db_prepared_statements must be off)";
  }
  if (state == "42P01") return " (has `curt migrate` been run?)";
  return {};
}

Error error_of(const std::exception& exception, Commit commit) {
  switch (kind_of(exception)) {
    case Failure::broken:
      if (commit == Commit::begun) return commit_unconfirmed(text_of(exception));
      break;
    case Failure::overdue:
      return store_overdue(text_of(exception));
    case Failure::bad_value:
      return {ErrorCode::invalid_value, "the text is not valid UTF-8, or a value is out of its range",
              text_of(exception)};
    case Failure::read_only:
      return store_takes_no_writes(text_of(exception));
    case Failure::useless:
    case Failure::conflict:
    case Failure::other:
      break;
  }
  return store_unavailable(text_of(exception));
}

}  // namespace

Failure kind_of(const std::exception& exception) noexcept {
  if (dynamic_cast<const pqxx::broken_connection*>(&exception) != nullptr) return Failure::broken;
  if (const auto* sql = dynamic_cast<const pqxx::sql_error*>(&exception)) {
    // libpqxx 6.4 drops the state of those that it has a class of their own for, which the server answered.
    const bool classified = typeid(exception) != typeid(pqxx::sql_error);
    if (dynamic_cast<const pqxx::data_exception*>(sql) != nullptr) return Failure::bad_value;
    if (sql->sqlstate().empty() && classified) return Failure::other;
    return kind_of_state(sql->sqlstate());
  }
  if (dynamic_cast<const pqxx::deadlock_detected*>(&exception) != nullptr ||
      dynamic_cast<const pqxx::serialization_failure*>(&exception) != nullptr) {
    return Failure::conflict;
  }
  if (dynamic_cast<const TooLate*>(&exception) != nullptr) return Failure::overdue;
  // libpqxx's own complaints, after which its connection is in a state that we do not know.
  return dynamic_cast<const pqxx::failure*>(&exception) != nullptr ? Failure::broken : Failure::other;
}

std::string text_of(const std::exception& exception) {
  std::string text = "postgres: ";
  for (const char* c = exception.what(); *c != '\0'; ++c) {
    const bool space = *c == '\n' || *c == '\t' || *c == ' ';
    if (!space) {
      text += *c;
    } else if (text.back() != ' ') {
      text += ' ';
    }
  }
  while (text.ends_with(' ')) text.pop_back();
  if (const auto* sql = dynamic_cast<const pqxx::sql_error*>(&exception)) {
    if (!sql->sqlstate().empty()) text += " [" + std::string{sql->sqlstate()} + "]";
    text += advice_for(sql->sqlstate());
  }
  return text;
}

Error error_of(const std::exception_ptr& exception, Commit commit) {
  return error_of_thrown(exception, [commit](const std::exception& e) { return error_of(e, commit); });
}

Error not_answered_in_time(Commit commit) {
  constexpr const char* kLog = "the database did not answer within the deadline";
  if (commit == Commit::not_begun) return store_overdue(kLog);
  return {ErrorCode::outcome_unknown, "the store could not confirm in time that the change was saved", kLog};
}

Error gave_up_waiting(Commit commit) {
  if (commit == Commit::not_begun) return store_unavailable({});
  return commit_unconfirmed("the database stopped answering during the commit");
}

}  // namespace curt::store::postgres
