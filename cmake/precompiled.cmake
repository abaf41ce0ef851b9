# What most sources include, parsed once for each target: a third of clang's time. g++ gains less, and warns wrongly; so it
# goes without, as does the preset `clang`, and a source that includes too little is noticed.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(curt_precompiled <algorithm> <array> <atomic> <charconv> <chrono> <cstddef> <cstdint> <exception> <filesystem>
      <functional> <map> <memory> <mutex> <optional> <set> <span> <string> <string_view> <system_error> <thread> <utility>
      <variant> <vector> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/ip/tcp.hpp>
      <boost/asio/steady_timer.hpp> <fmt/format.h> <nlohmann/json.hpp>)
  target_precompile_headers(curt PRIVATE ${curt_precompiled})
  # Without it ccache cannot tell whether a precompiled header is still the same.
  target_compile_options(curt PUBLIC "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
endif()
