// Paths that are near misses of a short link: what is meant is a code that stands in the path, and leaving
// things out comes to an end.
#include <cstdint>
#include <string_view>

#include "curt/domain/code_in_text.hpp"

#include "api/request/code_parameter.hpp"
#include "api/visitors/near_miss.hpp"
#include "fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using curt::fuzz::require;
  const std::string_view path{reinterpret_cast<const char*>(data), size};
  if (const auto place = curt::code_in_text(path)) {
    require(place->begin < place->end && place->end <= place->end_with_dots && place->end_with_dots <= size,
            "a place in the text");
    const auto again = curt::code_in_text(path.substr(place->begin, place->end - place->begin));
    require(again && again->begin == 0 && again->end == place->end - place->begin, "what was found is whole");
  }
  std::string_view text = path;
  int steps = 0;
  for (auto near = curt::api::near_miss(text); near; near = curt::api::near_miss(text)) {
    require(near->text.data() >= text.data() &&
                near->text.data() + near->text.size() <= text.data() + text.size(),
            "a part of the path");
    require(near->text.size() < text.size(), "something is left out");
    require(curt::api::code_in_path(near->text) == near->code, "the part is the code");
    require(near->query.size() <= path.size(), "the query is of the path");
    text = near->text;
    require(++steps <= 2, "two steps at most");
  }
  return 0;
}
