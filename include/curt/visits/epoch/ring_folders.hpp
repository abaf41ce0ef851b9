#pragma once

#include <cstddef>
#include <filesystem>

namespace curt::visits {

/// Removes folders of rings whose epoch's folder somebody has removed, so that memory is not taken for good;
/// how many. Leaves those alone that a process has, and those whose epoch may only be unmounted.
std::size_t sweep_ring_folders(const std::filesystem::path& ring_parent);

}  // namespace curt::visits
