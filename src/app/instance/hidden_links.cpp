#include "app/instance/hidden_links.hpp"

#include <chrono>
#include <string>

#include "curt/api/routes.hpp"
#include "curt/base/logging.hpp"

namespace curt::app {

awaitable<void> warn_of_hidden_links(links::LinkStore& store) {
  Call call{Deadline::in(std::chrono::seconds{5})};
  std::string hidden;
  for (const ShortCode& code : api::hidden_codes()) {
    const result<Link> link = co_await store.find(call, code);
    if (!link && link.error().code != ErrorCode::not_found) co_return;
    if (!link || link->deleted_at) continue;
    hidden.append(hidden.empty() ? "" : " ").append(code.view());
  }
  if (hidden.empty()) co_return;
  log::warn("links do not redirect, as the service itself has their paths", {{"codes", hidden}});
}

}  // namespace curt::app
