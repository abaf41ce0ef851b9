#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace curt::links {

/// The versions of a link to which a change may be made: any, or those that were named, perhaps none.
class WantedVersions {
 public:
  /// Any.
  WantedVersions() = default;
  // NOLINTBEGIN(google-explicit-constructor)
  WantedVersions(std::int64_t one) : named_(std::vector<std::int64_t>{one}) {}
  /// Any where there is none.
  WantedVersions(std::optional<std::int64_t> one) {
    if (one) *this = WantedVersions{*one};
  }
  WantedVersions(std::nullopt_t /*any*/) {}
  // NOLINTEND(google-explicit-constructor)
  explicit WantedVersions(std::vector<std::int64_t> named) : named_(std::move(named)) {}

  [[nodiscard]] bool include(std::int64_t version) const noexcept {
    return !named_ || std::ranges::find(*named_, version) != named_->end();
  }

  friend bool operator==(const WantedVersions&, const WantedVersions&) = default;

 private:
  std::optional<std::vector<std::int64_t>> named_;
};

}  // namespace curt::links
