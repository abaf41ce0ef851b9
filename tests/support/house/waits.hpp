#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace curt::test {

/// What is wrong with how a source tree waits: every file in which a coroutine is suspended is listed with
/// what bounds the wait, and no other file does so. Empty if all is right.
[[nodiscard]] std::vector<std::string> unbounded_waits(const std::filesystem::path& root);

}  // namespace curt::test
