#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "curt/base/metrics.hpp"

namespace curt::store {

/// Whether a statement is charged to the call that it is run for. Transactions and locks are the store's own.
enum class Charge { call, nothing };

/// One SQL statement of a database: a constant beside the function that runs it. `Names` has the names of all
/// statements of the database, each once; a statement with another name does not compile. Its number is the
/// place of its name, by which a connection finds what it has prepared, and StatementTimes its histogram.
template <const auto& Names>
class Statement {
 public:
  static constexpr std::size_t kCount = Names.size();

  consteval Statement(std::string_view name, const char* sql, Charge charge = Charge::call)
      : number_(number_of(name)), sql_(sql), charge_(charge) {}

  [[nodiscard]] constexpr std::size_t number() const noexcept { return number_; }
  [[nodiscard]] constexpr std::string_view name() const noexcept { return Names[number_]; }
  [[nodiscard]] constexpr const char* sql() const noexcept { return sql_; }
  [[nodiscard]] constexpr bool is_charged() const noexcept { return charge_ == Charge::call; }

 private:
  static consteval std::size_t number_of(std::string_view name) {
    const auto found = std::find(Names.begin(), Names.end(), name);
    if (found == Names.end()) throw "no statement of this database has the name";
    if (std::count(Names.begin(), Names.end(), name) > 1) throw "the name is there twice";
    return static_cast<std::size_t>(found - Names.begin());
  }

  std::size_t number_;
  const char* sql_;
  Charge charge_;
};

/// How long each statement took, over all connections of a store.
template <const auto& Names>
class StatementTimes {
 public:
  /// Registers the histograms of a store such as "sqlite".
  StatementTimes(Metrics& metrics, const std::string& store)
      : histograms_(register_all(metrics, store, std::make_index_sequence<Names.size()>{})) {}

  [[nodiscard]] const Histogram& of(const Statement<Names>& statement) const noexcept {
    return histograms_[statement.number()];
  }

 private:
  template <std::size_t... Numbers>
  static std::array<Histogram, Names.size()> register_all(Metrics& metrics, const std::string& store,
                                                          std::index_sequence<Numbers...> /*unused*/) {
    return {metrics.histogram("curt_store_statement_duration_seconds", "How long SQL statements took.",
                              duration_buckets(),
                              {{"store", store}, {"statement", std::string{Names[Numbers]}}})...};
  }

  std::array<Histogram, Names.size()> histograms_;
};

}  // namespace curt::store
