#include "curt/cache/redis/protocol/redis_command.hpp"

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

#include <hiredis.h>

#include "curt/base/enum_names.hpp"

namespace curt::cache {

std::string_view name_of(RedisVerb verb) noexcept {
  using enum RedisVerb;
  static constexpr EnumNames<RedisVerb, other> kNames{
      {get, "get"}, {evalsha, "evalsha"}, {eval, "eval"}, {other, "other"}};
  return kNames[verb];
}

RedisCommand make_command(RedisVerb verb, std::initializer_list<std::string_view> words) {
  return make_command(verb, std::span{words.begin(), words.size()});
}

RedisCommand make_command(RedisVerb verb, std::span<const std::string_view> words) {
  std::vector<const char*> begins;
  std::vector<std::size_t> lengths;
  begins.reserve(words.size());
  lengths.reserve(words.size());
  for (const std::string_view word : words) {
    begins.push_back(word.data());
    lengths.push_back(word.size());
  }
  char* bytes = nullptr;
  const auto length =
      redisFormatCommandArgv(&bytes, static_cast<int>(words.size()), begins.data(), lengths.data());
  if (length < 0) throw std::bad_alloc{};
  const std::unique_ptr<char, void (*)(char*)> owned{bytes, redisFreeCommand};
  return {verb, std::string{bytes, static_cast<std::size_t>(length)}};
}

}  // namespace curt::cache
