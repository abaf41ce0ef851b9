#include "curt/domain/link.hpp"

namespace curt {

std::optional<RedirectStatus> redirect_status_from(std::int64_t number) noexcept {
  switch (number) {
    case 301:
    case 302:
    case 307:
    case 308:
      return static_cast<RedirectStatus>(number);
    default:
      return std::nullopt;
  }
}

std::optional<ErrorCode> refusal(const LinkSettings& settings, bool deleted, Timestamp now) noexcept {
  if (deleted) return ErrorCode::deleted;
  if (!settings.enabled) return ErrorCode::disabled;
  if (settings.expires_at && *settings.expires_at <= now) return ErrorCode::expired;
  if (settings.not_before && now < *settings.not_before) return ErrorCode::not_yet;
  return std::nullopt;
}

}  // namespace curt
