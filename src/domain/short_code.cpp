#include "curt/domain/short_code.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#define XXH_INLINE_ALL  // a call costs as much as the hash of a short text
#include <xxhash.h>

#include "curt/base/random.hpp"

#include "domain/code_alphabet.hpp"
#include "domain/wide_code.hpp"

namespace curt {
namespace {

/// Whether the table has every character. It is a type for each table, so that the compiler makes a loop of
/// its own for each and calls nothing in it.
template <const std::array<bool, 256>& kTable>
bool has_all(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return kTable[static_cast<unsigned char>(c)]; });
}

}  // namespace

bool ShortCode::is_valid(std::string_view text) noexcept {
  if (text.empty() || text.size() > kMaxLength) return false;
  if (!has_all<kUnreserved>(text)) return is_wide_code(text);
  return text.front() != '.' || text.find_first_not_of('.') != std::string_view::npos;
}

result<ShortCode> ShortCode::parse(std::string_view text) {
  if (text.empty()) return invalid_field("alias", "must not be empty");
  if (text.size() > kMaxLength) {
    return invalid_field("alias",
                         fmt::format("has {} characters, at most {} are allowed", text.size(), kMaxLength));
  }
  if (!has_all<kMadeHere>(text)) {
    return invalid_field("alias", "may only contain letters A-Z and a-z, digits, '-' and '_'");
  }
  return from_valid(text);
}

result<ShortCode> ShortCode::parse_imported(std::string_view text) {
  if (auto objection = objection_to_code(text)) return invalid_field("alias", *std::move(objection));
  return from_valid(text);
}

ShortCode ShortCode::from_valid(std::string_view text) noexcept {
  ShortCode code;
  code.length_ = static_cast<std::uint8_t>(std::min(text.size(), kMaxLength));
  std::copy_n(text.begin(), code.length_, code.text_.begin());
  return code;
}

std::size_t hash_of(const ShortCode& code) noexcept {
  static const std::uint64_t seed = FastRandom{}.next();
  const std::string_view text = code.view();
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

}  // namespace curt
