#include "support/paths.hpp"

namespace curt::test {

// Only here, so that other checkouts share what the compiler's cache has of everything else.
std::string source_dir() { return CURT_SOURCE_DIR; }
std::string test_data_dir() { return CURT_SOURCE_DIR "/tests/data"; }
std::string curt_binary() { return CURT_BINARY; }

}  // namespace curt::test
