#pragma once

#include <cstddef>

#include "curt/base/random.hpp"
#include "curt/domain/short_code.hpp"

namespace curt::links {

/// Makes codes that cannot be guessed: each character drawn evenly from the 62 letters and digits. Seven of
/// them name 3.5 * 10^12 links, so instances need no coordination; the store's primary key catches the rare
/// collision.
class CodeGenerator {
 public:
  /// `random` must outlive the generator and be thread-safe, which makes the generator thread-safe.
  explicit CodeGenerator(RandomSource& random) : random_(random) {}

  /// A code of `length` characters, 1 to ShortCode::kMaxLength.
  [[nodiscard]] ShortCode generate(std::size_t length) const;

 private:
  RandomSource& random_;
};

}  // namespace curt::links
