#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "curt/base/metrics.hpp"

namespace curt::store {

/// How long each statement took, over all connections of a store. `Statement` is an enum that counts from 0,
/// with a name_of() that gives the metric's label.
template <class Statement, std::size_t Count>
class TimesByName {
 public:
  /// Registers the histograms of a store such as "sqlite".
  TimesByName(Metrics& metrics, const std::string& store)
      : histograms_(register_all(metrics, store, std::make_index_sequence<Count>{})) {}

  [[nodiscard]] const Histogram& of(Statement statement) const noexcept {
    return histograms_[static_cast<std::size_t>(statement)];
  }

 private:
  template <std::size_t... Indexes>
  static std::array<Histogram, Count> register_all(Metrics& metrics, const std::string& store,
                                                   std::index_sequence<Indexes...> /*unused*/) {
    return {metrics.histogram(
        "curt_store_statement_duration_seconds", "How long SQL statements took.", duration_buckets(),
        {{"store", store}, {"statement", std::string{name_of(static_cast<Statement>(Indexes))}}})...};
  }

  std::array<Histogram, Count> histograms_;
};

}  // namespace curt::store
