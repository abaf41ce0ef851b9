#include "curt/links/link_store.hpp"

namespace curt::links {

Link as_stored(const NewLink& link) {
  return {.code = link.code,
          .target = link.target,
          .title = link.title,
          .tags = link.tags,
          .settings = link.settings,
          .created_at = link.created_at,
          .updated_at = link.created_at,
          .version = 1,
          .deleted_at = std::nullopt};
}

}  // namespace curt::links
