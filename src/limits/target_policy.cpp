#include "curt/limits/target_policy.hpp"

#include "curt/limits/hosts/host_warnings.hpp"

#include "limits/hosts/shorteners.hpp"

namespace curt::limits {

TargetPolicy::TargetPolicy(const HostLists& lists, TargetOptions options, Metrics& metrics)
    : lists_(lists),
      options_(options),
      blocked_(metrics.counter("curt_blocklist_refused_total",
                               "Requests that were refused as the link's host is blocked.",
                               {{"what", "write"}})) {
  (void)warnings_of("xn--a");  // reads its tables, for which the first request need not wait
}

std::optional<Error> TargetPolicy::refusal(const TargetUrl& target) const {
  const std::string_view host = target.host();
  const auto lists = lists_.current();
  if (lists && lists->block(host)) {
    blocked_.add();
    Error error = invalid_field("url", "leads to a host that is blocked here");
    error.code = ErrorCode::blocked;
    return error;
  }
  if (options_.refuse_shorteners && is_shortener(host)) {
    return invalid_field("url", "leads to another URL shortener, which hides where the link ends");
  }
  if (!options_.refuse_confusables) return std::nullopt;
  const HostWarnings warnings = warnings_of(host);
  if (warnings.mixes_scripts) {
    return invalid_field("url", "has a host name that mixes scripts which are not written together");
  }
  if (warnings.looks_like_another) {
    return invalid_field("url", "has a host name whose letters look like those of another one");
  }
  return std::nullopt;
}

}  // namespace curt::limits
