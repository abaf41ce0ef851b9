#include "api/visitors/visited_link.hpp"

#include <optional>
#include <string>

#include "api/request/code_parameter.hpp"

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
    case ErrorCode::spent:
      return "This link was followed as often as it may be.";
    case ErrorCode::blocked:
      return "This link leads to a site that is blocked here.";
    case ErrorCode::not_yet:
      return "This link is not active yet.";
    default:
      return "This link cannot be opened right now.";
  }
}

}  // namespace

Error visitor_refused(ErrorCode why) {
  if (why == ErrorCode::not_found) return no_such_link();
  return {why, std::string{describe(why)}};
}

result<const links::RedirectLink*> visited_link(const links::CacheEntry& entry,
                                                const limits::HostLists& lists, Timestamp now) {
  if (entry.kind == links::CacheEntry::Kind::not_found) return no_such_link();
  std::optional<ErrorCode> refused = ErrorCode::deleted;
  if (entry.kind == links::CacheEntry::Kind::found) refused = refusal(entry.link->settings, false, now);
  if (refused) return visitor_refused(*refused);
  if (lists.block(entry.link->target, entry.link->verdict)) return visitor_refused(ErrorCode::blocked);
  return entry.link.get();
}

}  // namespace curt::api
