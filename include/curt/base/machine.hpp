#pragma once

#include <filesystem>
#include <string>

namespace curt {

/// Names the time since the machine (of a container: its host) was started; empty if the system does not say.
/// proc(5), random/boot_id.
[[nodiscard]] std::string boot_id();

/// Whether the path, or what is there of it, lies on a disk or in the memory of this machine alone. False of
/// network file systems and of those that are not known here. statfs(2) lists their numbers.
[[nodiscard]] bool is_on_local_file_system(std::filesystem::path path);

/// The nearest folder of the path that is there, itself included. One that cannot be looked at counts as
/// there.
[[nodiscard]] std::filesystem::path nearest_existing(std::filesystem::path path);

/// Names the mount namespace of this process and its root: processes with the same ones mean the same by a
/// path. Empty if the system does not say. mount_namespaces(7).
[[nodiscard]] std::string mount_namespace();

}  // namespace curt
