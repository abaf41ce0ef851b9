#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace curt::test {

/// A text that this process's memory does not hold, so that a test can look who else keeps it there.
class HiddenText {
 public:
  /// Letters and digits, drawn at random.
  explicit HiddenText(std::size_t size = 43);

  /// The text that stands there, which is overwritten.
  explicit HiddenText(std::span<char> text);

  [[nodiscard]] std::size_t size() const noexcept { return masked_.size(); }

  /// Writes the text to `to`, which has room for it.
  void reveal(char* to) const noexcept;

  /// Whether the text stands at `at`.
  [[nodiscard]] bool is_at(const char* at) const noexcept;

  /// Whether the end of the text, from its 17th character on, is in what this process may write to: its
  /// stacks, its heap, and what was freed of it, where the allocator writes on the first bytes.
  [[nodiscard]] bool is_in_memory() const;

 private:
  [[nodiscard]] bool is_between(const char* from, const char* end) const noexcept;

  std::string masked_;
};

}  // namespace curt::test
