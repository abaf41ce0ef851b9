#pragma once

#include <ostream>
#include <string_view>

#include "curt/app/commands/command_line.hpp"
#include "curt/app/settings/settings.hpp"
#include "curt/store/store.hpp"

namespace curt::app {

/// `curt export`: writes all links that are not deleted, in the order of their codes; 0 done, 1 failed. A
/// file appears under its name only when it is complete. To be called once, before the process has other
/// threads.
int export_links(const Settings& settings, const ExportCommand& command);

/// Writes the links with their visit totals to `out`, a page of them at a time: CSV with a header, or JSON as
/// the API shows a link, one a line. `base_url` has no slash at its end. What is created or removed meanwhile
/// may be among them or not; an edit or a visit meanwhile may be in what is written or not. Errors are those
/// of the store, and unavailable if `out` takes no more.
awaitable<result<void>> write_links(store::Store& store, ExportFormat format, std::string_view base_url,
                                    std::ostream& out);

}  // namespace curt::app
