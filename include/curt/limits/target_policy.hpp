#pragma once

#include <optional>

#include "curt/base/metrics.hpp"
#include "curt/domain/error.hpp"
#include "curt/domain/target_url.hpp"
#include "curt/limits/blocklist/host_lists.hpp"

namespace curt::limits {

/// What is refused beside hosts on the lists.
struct TargetOptions {
  bool refuse_shorteners = false;   ///< hosts for which is_shortener() holds
  bool refuse_confusables = false;  ///< hosts for which there are HostWarnings
};

/// Which hosts no new link may lead to. Thread-safe.
class TargetPolicy {
 public:
  /// The lists must outlive the policy.
  TargetPolicy(const HostLists& lists, TargetOptions options, Metrics& metrics);

  /// Why no link may be made or edited to lead there, about the field "url": blocked, or invalid_value.
  /// Nothing if one may.
  [[nodiscard]] std::optional<Error> refusal(const TargetUrl& target) const;

 private:
  const HostLists& lists_;
  const TargetOptions options_;
  Counter blocked_;
};

}  // namespace curt::limits
