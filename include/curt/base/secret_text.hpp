#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace curt {

/// Overwrites bytes that were secret; no compiler leaves this out.
void wipe(std::span<char> bytes) noexcept;

/// Overwrites what earlier calls may have left on the stack below the caller's frame, such as the words of a
/// text that was hashed.
void wipe_stack() noexcept;

/// A text that is secret: in one place in memory, which is overwritten when it ends. Moving it copies
/// nothing.
class SecretText {
 public:
  SecretText() = default;
  /// `size` bytes to write to.
  explicit SecretText(std::size_t size) : bytes_(std::make_unique<char[]>(size)), size_(size) {}
  explicit SecretText(std::string_view text);
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText&& other) noexcept;
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  ~SecretText() { wipe(bytes()); }

  [[nodiscard]] std::span<char> bytes() noexcept { return {bytes_.get(), size_}; }
  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace curt
