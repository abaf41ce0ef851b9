#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include <SQLiteCpp/SQLiteCpp.h>

#include "curt/base/deadline.hpp"
#include "curt/base/timestamp.hpp"
#include "curt/domain/error.hpp"
#include "curt/domain/key_id.hpp"
#include "curt/domain/short_code.hpp"

#include "store/sqlite/connection/statement.hpp"

namespace curt::store::sqlite {

/// The longest that a statement waits for a lock that another process holds.
inline constexpr std::chrono::seconds kLongestLockWait{5};

/// One run of a prepared statement: parameters in, rows out. Lives on the stack for as long as its rows are
/// read; then its time is recorded and the statement is ready for its next run. Failures are
/// SQLite::Exception.
class Execution {
 public:
  Execution(SQLite::Statement& statement, const Histogram& time) noexcept
      : statement_(statement), time_(time) {}
  ~Execution() {
    statement_.tryReset();
    time_.observe(std::chrono::steady_clock::now() - begun_);
  }
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  /// Sets the parameters ?1, ?2 … in this order.
  template <class... Values>
  Execution& bind(const Values&... values) {
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }

  void bind_one(int index, std::int64_t value) { statement_.bind(index, value); }
  void bind_one(int index, std::uint64_t value) { bind_one(index, static_cast<std::int64_t>(value)); }
  void bind_one(int index, const std::string& value) { statement_.bind(index, value); }
  void bind_one(int index, const ShortCode& value) { bind_one(index, std::string{value.view()}); }
  void bind_one(int index, const KeyId& value) { bind_one(index, std::string{value.view()}); }
  void bind_one(int index, std::span<const unsigned char> bytes) {
    statement_.bind(index, static_cast<const void*>(bytes.data()), static_cast<int>(bytes.size()));
  }
  template <std::same_as<bool> Flag>
  void bind_one(int index, Flag value) {
    bind_one(index, std::int64_t{value ? 1 : 0});
  }
  void bind_one(int index, Timestamp value) { bind_one(index, value.time_since_epoch().count()); }
  template <class T>
  void bind_one(int index, const std::optional<T>& value) {
    value ? bind_one(index, *value) : statement_.bind(index);
  }

  /// Goes to the next row; false after the last one.
  bool step() { return statement_.executeStep(); }

  /// Runs to the end, and says how many rows were changed.
  int finish() {
    while (step()) {
    }
    return statement_.getChanges();
  }

  [[nodiscard]] std::int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
  [[nodiscard]] std::string text(int column) const { return statement_.getColumn(column).getString(); }
  [[nodiscard]] std::string bytes(int column) const { return text(column); }
  [[nodiscard]] bool flag(int column) const { return integer(column) != 0; }
  [[nodiscard]] Timestamp time(int column) const {
    return Timestamp{std::chrono::milliseconds{integer(column)}};
  }
  [[nodiscard]] bool is_null(int column) const { return statement_.isColumnNull(column); }

 private:
  SQLite::Statement& statement_;
  const Histogram& time_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

/// A connection to the database file with its prepared statements, for one thread at a time.
class Connection {
 public:
  enum class Access {
    read_only,
    read_write,
    /// To write much at once, such as an import: with more memory, and a commit is durable only once the log
    /// is synced. Foreign keys are not checked.
    bulk,
  };

  /// Opens a file that is there and in WAL mode. Throws SQLite::Exception.
  Connection(const std::filesystem::path& file, Access access, const StatementTimes& times);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Begins a run of the statement, prepared at its first use. At most one run of each statement at a time.
  [[nodiscard]] Execution run(const Statement& statement);

  /// Like run(), for a statement whose SQL has a few variants.
  [[nodiscard]] Execution run_variant(const Statement& statement, const std::string& sql);

  /// Bounds the waits for locks that follow. What a reader runs is interrupted when the deadline passes; a
  /// writer is not, since that would end the transaction of all who share it.
  void set_deadline(Deadline deadline);

  /// Whether a transaction is open; some failures end it.
  [[nodiscard]] bool in_transaction() const noexcept;

  /// Ends the transaction, if one is open, without its writes.
  void roll_back() noexcept;

  /// Lets the log grow to 1 GiB, so that few pages are brought into the file more than once.
  void let_log_grow();

  /// Brings what the log holds into the database file, as far as no reader needs the log; nobody waits for
  /// it.
  void empty_log() noexcept;

  /// Statements so far that are charged to calls.
  [[nodiscard]] std::uint32_t statements() const noexcept { return statements_; }

  /// The error for what a job threw.
  [[nodiscard]] static Error failure(const std::exception_ptr& exception);

 private:
  using Prepared = std::optional<SQLite::Statement>;

  Execution run(Prepared& prepared, const char* sql, const Statement& statement);
  static int is_overdue(void* connection);
  static int wait_for_lock(void* connection, int times);

  SQLite::Database database_;
  const StatementTimes& times_;
  Deadline deadline_{Deadline::clock::time_point::max()};
  Deadline lock_deadline_ = Deadline::in(kLongestLockWait);
  std::uint32_t statements_ = 0;
  std::array<Prepared, Statement::kCount> prepared_;
  std::unordered_map<std::string, Prepared> variants_;  ///< by their SQL
};

}  // namespace curt::store::sqlite
