#include "curt/visits/batch/epoch_id.hpp"

#include <cstddef>
#include <span>

namespace curt::visits {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

EpochId EpochId::make(RandomSource& random) {
  EpochId id;
  random.fill(std::as_writable_bytes(std::span{id.bytes}));
  return id;
}

std::optional<EpochId> EpochId::parse(std::string_view text) {
  EpochId id;
  if (text.size() != 2 * id.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t digit = kDigits.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    id.bytes[i / 2] = static_cast<std::uint8_t>(id.bytes[i / 2] << 4U | digit);
  }
  return id;
}

std::string EpochId::str() const {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xfU];
  }
  return text;
}

}  // namespace curt::visits
