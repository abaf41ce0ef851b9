#include "curt/links/link_patch.hpp"

#include <utility>

namespace curt::links {
namespace {

/// Sets `field` where the patch names a value; says whether that changes it.
template <class T>
bool assign(T& field, const std::optional<T>& wanted) {
  if (!wanted || *wanted == field) return false;
  field = *wanted;
  return true;
}

}  // namespace

result<Link> apply(const LinkPatch& patch, Link link, Timestamp now) {
  LinkSettings& settings = link.settings;
  bool changed = assign(link.target, patch.target);
  changed |= assign(link.title, patch.title);
  changed |= assign(link.tags, patch.tags);
  changed |= assign(settings.redirect_status, patch.redirect_status);
  changed |= assign(settings.forward_query, patch.forward_query);
  changed |= assign(settings.enabled, patch.enabled);
  changed |= assign(settings.not_before, patch.not_before);
  changed |= assign(settings.expires_at, patch.expires_at);
  changed |= assign(settings.max_visits, patch.max_visits);
  if (settings.not_before && settings.expires_at && *settings.not_before >= *settings.expires_at) {
    const bool edits_begin = patch.not_before && !patch.expires_at;
    return edits_begin ? invalid_field("not_before", "must be earlier than expires_at")
                       : invalid_field("expires_at", "must be later than not_before");
  }
  if (changed) {
    ++link.version;
    link.updated_at = now;
  }
  return link;
}

}  // namespace curt::links
