#include "store/link_values.hpp"

#include <array>
#include <variant>

#include <nlohmann/json.hpp>
#include <openssl/sha.h>

namespace curt::store {

using links::Cursor;
using links::SortKey;

std::int64_t hash_of(const TargetUrl& target) {
  const std::string& url = target.str();
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(url.data()), url.size(), digest.data());
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < sizeof hash; ++i) hash = hash << 8U | digest[i];
  return static_cast<std::int64_t>(hash);
}

std::string tags_to_json(const std::vector<std::string>& tags) {
  if (tags.empty()) return "[]";
  return nlohmann::json(tags).dump();
}

std::vector<std::string> tags_from_json(const std::string& json) {
  if (json == "[]") return {};
  return nlohmann::json::parse(json).get<std::vector<std::string>>();
}

std::int64_t status_of(const LinkSettings& settings) {
  return static_cast<std::int64_t>(settings.redirect_status);
}

bool serves_as(const Link& link, const links::NewLink& wanted) {
  const bool expired = link.settings.expires_at && *link.settings.expires_at <= wanted.created_at;
  const bool spent = link.settings.max_visits && *link.settings.max_visits <= link.spent;
  return !link.deleted_at && !expired && !spent && link.target == wanted.target &&
         link.settings == wanted.settings && link.owner == wanted.owner &&
         (!wanted.title || link.title == wanted.title) && (wanted.tags.empty() || link.tags == wanted.tags);
}

Cursor cursor_of(const Link& link, SortKey sort) {
  if (sort == SortKey::code) return {link.code, link.code};
  return {sort == SortKey::created_at ? link.created_at : link.updated_at, link.code};
}

bool fits(const Cursor& cursor, SortKey sort) {
  if (sort == SortKey::code) return std::holds_alternative<ShortCode>(cursor.key);
  if (sort == SortKey::visits) return std::holds_alternative<std::int64_t>(cursor.key);
  return std::holds_alternative<Timestamp>(cursor.key);
}

Error foreign_cursor() { return invalid_field("cursor", "belongs to another sort key"); }

}  // namespace curt::store
