#include "http/input_buffer.hpp"

namespace curt::http {

void InputBuffer::make_room(std::size_t kept) {
  if (has_room(kept)) return;
  const std::size_t held = end_ - begin_;
  const std::size_t needed = kept + kReadRoom;
  if (needed <= capacity_) {
    std::memmove(data_.get(), data_.get() + begin_, held);
  } else {
    const std::size_t capacity = needed <= kSmall ? kSmall : kLarge;
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (held != 0) std::memcpy(larger.get(), data_.get() + begin_, held);
    data_ = std::move(larger);
    capacity_ = capacity;
  }
  begin_ = 0;
  end_ = held;
}

std::pair<char*, std::size_t> InputBuffer::free_space() {
  if (begin_ != pinned_ && (pinned_ != 0 || begin_ == end_)) {
    std::memmove(data_.get() + pinned_, data_.get() + begin_, end_ - begin_);
    end_ = pinned_ + (end_ - begin_);
    begin_ = pinned_;
  }
  return {data_.get() + end_, capacity_ - end_};
}

void InputBuffer::release() noexcept {
  data_.reset();
  capacity_ = pinned_ = begin_ = end_ = 0;
}

}  // namespace curt::http
