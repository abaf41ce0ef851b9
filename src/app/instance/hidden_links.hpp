#pragma once

#include "curt/base/async.hpp"
#include "curt/links/link_store.hpp"

namespace curt::app {

/// Logs one warning with the codes of the links that a path of the service itself hides; nothing if there are
/// none, or if the store does not answer.
[[nodiscard]] awaitable<void> warn_of_hidden_links(links::LinkStore& store);

}  // namespace curt::app
