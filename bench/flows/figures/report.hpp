#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flows/figures/cache_lookups.hpp"
#include "flows/figures/visit_account.hpp"
#include "flows/load/tally.hpp"
#include "flows/options.hpp"

namespace flows {

/// What a process spent; no seconds where it ended meanwhile.
struct ProcessCpu {
  std::string name;
  pid_t process = 0;
  std::optional<double> seconds;
};

/// The figures of a run.
struct Report {
  const Options& options;
  const Tally& tally;
  double own_cpu = 0;  ///< seconds
  std::vector<ProcessCpu> cpu{};
  std::optional<CacheLookups> caches{};
  std::size_t caches_unread = 0;
  std::vector<VisitAccount> visits{};

  [[nodiscard]] std::uint64_t requests() const;
  /// No request failed, and every redirect is one visit, as far as that was compared.
  [[nodiscard]] bool is_clean() const;
};

/// One line of the timeline.
[[nodiscard]] std::string describe(const SecondTally& second, std::size_t number);
[[nodiscard]] std::string to_text(const Report& report);
[[nodiscard]] std::string to_json(const Report& report);

}  // namespace flows
