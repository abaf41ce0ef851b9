#pragma once

#include <string>

namespace curt::test {

/// The checkout that the tests were built from.
[[nodiscard]] std::string source_dir();

/// Its folder of test data.
[[nodiscard]] std::string test_data_dir();

/// The binary that was built with the tests.
[[nodiscard]] std::string curt_binary();

}  // namespace curt::test
