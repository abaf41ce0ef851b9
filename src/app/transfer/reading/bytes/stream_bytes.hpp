#pragma once

#include <istream>

#include "app/transfer/reading/bytes/byte_source.hpp"

namespace curt::app {

/// The bytes of a stream as they are.
class StreamBytes final : public ByteSource {
 public:
  /// `in` must outlive this, which has its buffer to itself.
  explicit StreamBytes(std::istream& in) : in_(in) {}

  [[nodiscard]] std::size_t read(std::span<char> into) override;
  [[nodiscard]] std::uint64_t used(std::size_t pending) const noexcept override { return taken_ - pending; }
  [[nodiscard]] const std::string& failure() const noexcept override { return failure_; }

 private:
  std::istream& in_;
  std::uint64_t taken_ = 0;
  std::string failure_;
};

}  // namespace curt::app
