// Links as Redis keeps them: whatever is there, only what we could have written is believed.
#include <cstdint>
#include <string>
#include <string_view>

#include "cache/redis/links/link_value.hpp"
#include "fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using curt::Timestamp;
  using curt::fuzz::require;
  using curt::links::CacheEntry;
  const std::string_view value{reinterpret_cast<const char*>(data), size};
  const auto entry = curt::cache::decode_link_value(value);
  if (!entry) return 0;
  require((entry->kind == CacheEntry::Kind::found) == (entry->link != nullptr), "a link where one was found");
  if (entry->link) {
    const auto target = curt::TargetUrl::parse(entry->link->target);
    require(target.has_value() && target->str() == entry->link->target, "a target as links have them");
    require(entry->version == entry->link->version && entry->version > 0, "a version");
  }
  // A proxy may answer for a link until it ends.
  require(value == curt::cache::encode_link_value(*entry, Timestamp::min()) ||
              value == curt::cache::encode_link_value(*entry, Timestamp::max()),
          "exactly what we write");
  return 0;
}
