#include "http/input_buffer.hpp"

#include <algorithm>

#include "curt/base/secret_text.hpp"

namespace curt::http {

void InputBuffer::make_room(std::size_t kept) {
  if (has_room(kept)) return;
  const std::size_t held = end_ - begin_;
  const std::size_t needed = kept + kReadRoom;
  if (needed <= capacity_) {
    move_unread(0);
    return;
  }
  const std::size_t capacity = needed <= kSmall ? kSmall : kLarge;
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (held != 0) std::memcpy(larger.get(), data_.get() + begin_, held);
  curt::wipe({data_.get(), end_});
  data_ = std::move(larger);
  capacity_ = capacity;
  begin_ = 0;
  end_ = held;
}

void InputBuffer::move_unread(std::size_t to) noexcept {
  const std::size_t held = end_ - begin_;
  if (held != 0) {
    std::memmove(data_.get() + to, data_.get() + begin_, held);
    const std::size_t vacated = std::max(begin_, to + held);
    curt::wipe({data_.get() + vacated, end_ - vacated});
  }
  begin_ = to;
  end_ = to + held;
}

std::pair<char*, std::size_t> InputBuffer::free_space() {
  if (begin_ != pinned_ && (pinned_ != 0 || begin_ == end_)) move_unread(pinned_);
  return {data_.get() + end_, capacity_ - end_};
}

void InputBuffer::wipe(std::string_view part) noexcept {
  if (!part.empty()) curt::wipe({data_.get() + (part.data() - data_.get()), part.size()});
}

void InputBuffer::release() noexcept {
  curt::wipe({data_.get(), capacity_});
  data_.reset();
  capacity_ = pinned_ = begin_ = end_ = 0;
}

}  // namespace curt::http
