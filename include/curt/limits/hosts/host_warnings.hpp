#pragma once

#include <string_view>

namespace curt::limits {

/// What a reader of a host name may be deceived by (UTS #39, Unicode Security Mechanisms).
struct HostWarnings {
  /// A label has characters of scripts that are not written together: neither one script nor one of the mixes
  /// of the restriction level "highly restrictive" (section 5.2), which are Latin with what Chinese, Japanese
  /// or Korean is written in.
  bool mixes_scripts = false;
  /// A label in another script than Latin could be one in ASCII by its looks (section 4, "whole-script
  /// confusable"), and the top-level domain is not in another script too.
  bool looks_like_another = false;

  [[nodiscard]] bool any() const noexcept { return mixes_scripts || looks_like_another; }
};

/// What to warn of about a host, written as TargetUrl::host() gives it; nothing for one all of whose labels
/// are ASCII. Thread-safe.
[[nodiscard]] HostWarnings warnings_of(std::string_view host);

}  // namespace curt::limits
