#include "curt/links/link_store.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace curt::links {

Link as_stored(const NewLink& link) {
  return {.code = link.code,
          .target = link.target,
          .title = link.title,
          .tags = link.tags,
          .settings = link.settings,
          .created_at = link.created_at,
          .updated_at = link.updated_at.value_or(link.created_at),
          .version = link.version,
          .deleted_at = std::nullopt,
          .spent = link.spent,
          .owner = link.owner};
}

Error no_such_link(const ShortCode& code) {
  return {ErrorCode::not_found, fmt::format("there is no link {}", code.view())};
}

std::uint64_t grantable(const Link& link, std::uint64_t visits, Timestamp now) noexcept {
  if (refusal(link.settings, link.deleted_at.has_value(), now)) return 0;
  if (!link.settings.max_visits) return visits;
  const std::int64_t left = *link.settings.max_visits - link.spent;
  return left > 0 ? std::min(visits, static_cast<std::uint64_t>(left)) : 0;
}

}  // namespace curt::links
