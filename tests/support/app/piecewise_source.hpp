#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <streambuf>
#include <string>
#include <utility>

namespace curt::test {

/// A pipe in whose other end pieces of a text are put, each when all before it is read.
class PiecewiseSource final : public std::streambuf {
 public:
  /// `piece_size(n)` says how many bytes the n-th piece has, at least 1.
  PiecewiseSource(std::string text, std::function<std::size_t(std::size_t)> piece_size)
      : text_(std::move(text)), piece_size_(std::move(piece_size)) {}

  /// Bytes that have been asked for so far.
  [[nodiscard]] std::size_t given() const noexcept { return given_; }

 protected:
  int_type underflow() override {
    if (given_ == text_.size()) return traits_type::eof();
    const std::size_t size = std::min(piece_size_(pieces_++), text_.size() - given_);
    char* const piece = text_.data() + given_;
    setg(piece, piece, piece + size);
    given_ += size;
    return traits_type::to_int_type(*gptr());
  }

 private:
  std::string text_;
  std::function<std::size_t(std::size_t)> piece_size_;
  std::size_t given_ = 0;
  std::size_t pieces_ = 0;
};

}  // namespace curt::test
