# What most sources include, parsed once for each target instead of once for each source: a third of the time of a build.
# Only what more than half of them need, since each source has to load all of it. The preset `asan` goes without in src, so
# that a source there which includes too little is seen; tests are seen by clang-tidy, once they change: the preset `clang` goes
# without everywhere.
option(CURT_PRECOMPILE_TESTS "Precompile headers for the tests even where CMAKE_DISABLE_PRECOMPILE_HEADERS is set" OFF)
set(curt_precompiled
    <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <deque> <exception> <filesystem> <functional> <map> <memory>
    <mutex> <optional> <set> <span> <string> <string_view> <system_error> <thread> <unordered_map> <utility> <variant> <vector>
    <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/io_context.hpp> <boost/asio/post.hpp>
    <boost/system/result.hpp> <fmt/format.h>)
target_precompile_headers(curt PRIVATE ${curt_precompiled})
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Without it ccache cannot tell whether a precompiled header is still the same.
  target_compile_options(curt PUBLIC "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
endif()
