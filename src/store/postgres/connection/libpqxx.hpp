#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <pqxx/pqxx>

namespace curt::store::postgres {

// The one place that knows which libpqxx there is: 6.4 on Debian 12, 7.10 on Debian 13.

/// Parameters $1, $2 … as text; nothing is NULL.
using Parameters = std::vector<std::optional<std::string>>;

/// Runs one statement. Throws what libpqxx throws.
[[nodiscard]] inline pqxx::result execute(pqxx::connection& connection, const std::string& sql) {
  pqxx::nontransaction transaction{connection};
  return transaction.exec(sql);
}

#if PQXX_VERSION_MAJOR < 7

/// While it lives, the connection's notices are dropped, which libpq would write to the standard error.
class Silence {
 public:
  explicit Silence(pqxx::connection& connection) : handler_(connection) {}

 private:
  pqxx::quiet_errorhandler handler_;
};

[[nodiscard]] inline pqxx::result execute(pqxx::connection& connection, const std::string& sql,
                                          const Parameters& parameters) {
  pqxx::nontransaction transaction{connection};
  return transaction.exec_params(sql, pqxx::prepare::make_dynamic_params(parameters));
}

[[nodiscard]] inline pqxx::result execute_prepared(pqxx::connection& connection, const std::string& name,
                                                   const Parameters& parameters) {
  pqxx::nontransaction transaction{connection};
  return transaction.exec_prepared(name, pqxx::prepare::make_dynamic_params(parameters));
}

/// Adds rows to a table with COPY; `columns` are names with commas. Throws what libpqxx throws.
template <class... Fields>
void copy_rows(pqxx::connection& connection, const std::string& table, const std::string& columns,
               const std::vector<std::tuple<Fields...>>& rows) {
  pqxx::nontransaction transaction{connection};
  pqxx::stream_to stream{transaction, table, std::vector<std::string>{columns}};
  for (const auto& row : rows) stream << row;
  stream.complete();
}

#else

class Silence {
 public:
  explicit Silence(pqxx::connection& connection) {
    connection.set_notice_handler([](pqxx::zview) {});
  }
};

[[nodiscard]] inline pqxx::params to_params(const Parameters& parameters) {
  pqxx::params all;
  all.reserve(parameters.size());
  for (const std::optional<std::string>& parameter : parameters) all.append(parameter);
  return all;
}

[[nodiscard]] inline pqxx::result execute(pqxx::connection& connection, const std::string& sql,
                                          const Parameters& parameters) {
  pqxx::nontransaction transaction{connection};
  return transaction.exec(sql, to_params(parameters));
}

[[nodiscard]] inline pqxx::result execute_prepared(pqxx::connection& connection, const std::string& name,
                                                   const Parameters& parameters) {
  pqxx::nontransaction transaction{connection};
  return transaction.exec(pqxx::prepped{name}, to_params(parameters));
}

template <class... Fields>
void copy_rows(pqxx::connection& connection, const std::string& table, const std::string& columns,
               const std::vector<std::tuple<Fields...>>& rows) {
  pqxx::nontransaction transaction{connection};
  pqxx::stream_to stream = pqxx::stream_to::raw_table(transaction, table, columns);
  const auto write = [&stream](const Fields&... fields) { stream.write_values(fields...); };
  for (const auto& row : rows) std::apply(write, row);
  stream.complete();
}

#endif

}  // namespace curt::store::postgres
