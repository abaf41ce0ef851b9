#pragma once

#include <string>

#include <pqxx/pqxx>

namespace curt::test {

/// Another client of a PostgreSQL database in the middle of a transaction, whose locks block all others
/// until it is gone.
class OtherClient {
 public:
  OtherClient(const std::string& url, const std::string& sql) : connection_(url), transaction_(connection_) {
    transaction_.exec(sql);
  }

  /// Ends the transaction, whose changes others see from now on.
  void commit() { transaction_.commit(); }

 private:
  pqxx::connection connection_;
  pqxx::work transaction_;
};

}  // namespace curt::test
