#include "cache/redis/protocol/redis_script.hpp"

#include <array>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace curt::cache {

RedisScript make_script(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  RedisScript script{text, {}};
  for (unsigned i = 0; i < size; ++i) script.sha1 += fmt::format("{:02x}", digest[i]);
  return script;
}

RedisCommand script_command(RedisVerb verb, const RedisScript& script, std::size_t keys,
                            std::span<const std::string> texts) {
  const std::string count = fmt::to_string(keys);
  const std::string_view name = verb == RedisVerb::evalsha ? std::string_view{script.sha1} : script.text;
  std::vector<std::string_view> words{name_of(verb), name, count};
  words.insert(words.end(), texts.begin(), texts.end());
  return make_command(verb, words);
}

}  // namespace curt::cache
