#include "visited_link.hpp"

#include <optional>
#include <string>

#include "code_parameter.hpp"

namespace curt::api {
namespace {

std::string_view describe(ErrorCode refusal) noexcept {
  switch (refusal) {
    case ErrorCode::deleted:
      return "This link was deleted.";
    case ErrorCode::disabled:
      return "This link is switched off.";
    case ErrorCode::expired:
      return "This link has expired.";
    default:
      return "This link is not active yet.";
  }
}

}  // namespace

result<const links::RedirectLink*> visited_link(const links::CacheEntry& entry, Timestamp now) {
  if (entry.kind == links::CacheEntry::Kind::not_found) return no_such_link();
  std::optional<ErrorCode> refused = ErrorCode::deleted;
  if (entry.kind == links::CacheEntry::Kind::found) refused = refusal(entry.link->settings, false, now);
  if (refused) return Error{*refused, std::string{describe(*refused)}, {}, {}};
  return entry.link.get();
}

}  // namespace curt::api
