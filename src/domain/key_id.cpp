#include "curt/domain/key_id.hpp"

#include <algorithm>

namespace curt {

std::optional<KeyId> KeyId::parse(std::string_view text) noexcept {
  if (text.size() != kLength || !std::all_of(text.begin(), text.end(), is_base62)) return std::nullopt;
  return from_valid(text);
}

KeyId KeyId::from_valid(std::string_view text) noexcept {
  KeyId id;
  std::copy_n(text.begin(), std::min(text.size(), kLength), id.text_.begin());
  return id;
}

}  // namespace curt
