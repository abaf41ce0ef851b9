#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "http/limits.hpp"

namespace curt::http {

/// The bytes of a connection that are read but not consumed. Begins small, grows to hold the largest head,
/// and keeps what is pinned in place, so that views into a request's head stay valid while its body is read.
/// As a head may hold a key, bytes that are moved leave no copy, and memory is overwritten before it is
/// freed.
class InputBuffer {
 public:
  InputBuffer() = default;
  ~InputBuffer() { release(); }
  InputBuffer(const InputBuffer&) = delete;
  InputBuffer& operator=(const InputBuffer&) = delete;

  static constexpr std::size_t kSmall = 4 * 1024;
  static constexpr std::size_t kReadRoom = 2 * 1024;  ///< there is always room for a read of this size
  static constexpr std::size_t kLarge = kMaxHead + 2 * kReadRoom;

  [[nodiscard]] std::string_view unread() const noexcept { return {data_.get() + begin_, end_ - begin_}; }

  void consume(std::size_t count) noexcept { begin_ += count; }

  /// Whether kReadRoom bytes fit behind `kept` bytes from the unread ones' begin.
  [[nodiscard]] bool has_room(std::size_t kept) const noexcept {
    return begin_ + kept + kReadRoom <= capacity_;
  }

  /// Moves the unread bytes so that kReadRoom bytes more than `kept` fit behind their begin. Invalidates
  /// views.
  void make_room(std::size_t kept);

  /// Where the next read goes: all the room behind the unread bytes, or, with a pinned head, that room after
  /// closing the gap between the pinned bytes and the unread ones. Never empty where room was made for what
  /// is kept: for all that is unread, or for the pinned head with what follows it consumed.
  [[nodiscard]] std::pair<char*, std::size_t> free_space();
  void commit(std::size_t count) noexcept { end_ += count; }

  /// Everything before the unread bytes stays where it is from now on.
  void pin() noexcept { pinned_ = begin_; }
  void unpin() noexcept { pinned_ = 0; }

  /// Overwrites a part of the buffer, such as a secret that was used. `part` views the buffer.
  void wipe(std::string_view part) noexcept;

  /// Forgets all bytes and gives the memory back; for connections that wait or end.
  void release() noexcept;

 private:
  /// Moves the unread bytes to `to`, which is before them.
  void move_unread(std::size_t to) noexcept;

  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t pinned_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace curt::http
