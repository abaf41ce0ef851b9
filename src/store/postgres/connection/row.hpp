#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "curt/base/timestamp.hpp"

#include "store/postgres/connection/bytes.hpp"
#include "store/postgres/connection/libpqxx.hpp"

namespace curt::store::postgres {

/// The columns of a row by their numbers. Throws what libpqxx throws if one is of another type.
class Row {
 public:
  explicit Row(const pqxx::row& row) : row_(row) {}

  [[nodiscard]] std::int64_t integer(int column) const { return row_[column].as<std::int64_t>(); }
  [[nodiscard]] std::string text(int column) const { return row_[column].c_str(); }
  /// Of a bytea, which comes as \x and hexadecimal digits (PostgreSQL manual, section 8.4.1).
  [[nodiscard]] std::string bytes(int column) const { return bytes_from_hex(row_[column].c_str()); }
  [[nodiscard]] bool flag(int column) const { return *row_[column].c_str() == 't'; }
  [[nodiscard]] Timestamp time(int column) const {
    return Timestamp{std::chrono::milliseconds{integer(column)}};
  }
  [[nodiscard]] bool is_null(int column) const { return row_[column].is_null(); }

 private:
  pqxx::row row_;
};

}  // namespace curt::store::postgres
