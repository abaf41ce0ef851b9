#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "curt/base/timestamp.hpp"
#include "curt/domain/key_id.hpp"
#include "curt/domain/short_code.hpp"
#include "curt/domain/target_url.hpp"

namespace curt {

/// The redirect statuses that a link may answer with (RFC 9110, section 15.4).
enum class RedirectStatus : std::uint16_t {
  moved_permanently = 301,
  found = 302,
  temporary_redirect = 307,
  permanent_redirect = 308,
};

/// The status with this number, if a link may have it.
[[nodiscard]] std::optional<RedirectStatus> redirect_status_from(std::int64_t number) noexcept;

/// Whether clients may remember the redirect for ever.
[[nodiscard]] constexpr bool is_permanent(RedirectStatus status) noexcept {
  return status == RedirectStatus::moved_permanently || status == RedirectStatus::permanent_redirect;
}

/// What the owner of a link decides about it; all of it can be edited.
struct LinkSettings {
  RedirectStatus redirect_status = RedirectStatus::found;
  bool forward_query = false;  ///< append the visitor's query string to the target's
  bool enabled = true;
  std::optional<Timestamp> not_before;
  std::optional<Timestamp> expires_at;
  std::optional<std::int64_t> max_visits;  ///< how often the link may be followed; at least 1

  friend bool operator==(const LinkSettings&, const LinkSettings&) = default;
};

/// A short link as a store keeps it.
struct Link {
  ShortCode code;
  TargetUrl target;
  std::optional<std::string> title;
  std::vector<std::string> tags;  ///< sorted, without repeats
  LinkSettings settings;
  Timestamp created_at;
  Timestamp updated_at;
  std::int64_t version = 1;  ///< counts the edits; the ETag
  std::optional<Timestamp> deleted_at;
  std::int64_t spent = 0;        ///< visits that max_visits has granted so far
  std::optional<KeyId> owner{};  ///< the key that made it; nothing where none did
};

/// Why a link does not redirect now; nothing if it does. Deleted outranks disabled, expired and not yet.
[[nodiscard]] std::optional<ErrorCode> refusal(const LinkSettings& settings, bool deleted,
                                               Timestamp now) noexcept;

}  // namespace curt
