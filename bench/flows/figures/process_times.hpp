#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

namespace flows {

/// CPU time of a process and its children, living and waited for, in seconds, user and system together;
/// nothing where there is no such process. proc(5).
[[nodiscard]] std::optional<double> cpu_seconds(pid_t process);

/// Its name; empty where it is gone.
[[nodiscard]] std::string name_of_process(pid_t process);

/// CPU time of this program.
[[nodiscard]] double own_cpu_seconds();

}  // namespace flows
