#include "http/input_buffer.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::http {
namespace {

/// Reads as a connection does.
void receive(InputBuffer& buffer, std::string_view bytes) {
  while (!bytes.empty()) {
    buffer.make_room(buffer.unread().size());
    const auto [space, size] = buffer.free_space();
    ASSERT_GE(size, InputBuffer::kReadRoom);
    const std::size_t taken = bytes.copy(space, size);
    buffer.commit(taken);
    bytes.remove_prefix(taken);
  }
}

TEST(InputBuffer, GivesOutWhatCameIn) {
  InputBuffer buffer;
  EXPECT_TRUE(buffer.unread().empty());
  receive(buffer, "hello");
  receive(buffer, ", you");
  EXPECT_EQ(buffer.unread(), "hello, you");
  buffer.consume(7);
  EXPECT_EQ(buffer.unread(), "you");
}

TEST(InputBuffer, HoldsTheLargestHeadInOnePiece) {
  const std::string head(kMaxHead, 'h');
  InputBuffer buffer;
  receive(buffer, head);
  EXPECT_EQ(buffer.unread(), head);
}

TEST(InputBuffer, KeepsItsOrderThroughAnyAmountOfBytes) {
  InputBuffer buffer;
  std::string out;
  std::string in;
  for (int i = 0; i < 3000; ++i) {
    const std::string piece = std::to_string(i) + ',';
    in += piece;
    receive(buffer, piece);
    const std::size_t taken = buffer.unread().size() / 2;
    out += buffer.unread().substr(0, taken);
    buffer.consume(taken);
  }
  out += buffer.unread();
  EXPECT_EQ(out, in);
}

TEST(InputBuffer, NeedsNoRoomForBytesThatAreUsedUp) {
  InputBuffer buffer;
  for (int i = 0; i < 1000; ++i) {
    receive(buffer, std::string(100, 'a'));
    buffer.consume(100);
    buffer.make_room(0);
    EXPECT_LE(buffer.free_space().second, InputBuffer::kSmall);
  }
}

TEST(InputBuffer, KeepsPinnedBytesInPlaceWhileMoreIsRead) {
  InputBuffer buffer;
  receive(buffer, "the head;");
  const std::string_view head = buffer.unread().substr(0, 9);
  buffer.make_room(9);
  ASSERT_TRUE(buffer.has_room(9));
  buffer.consume(9);
  buffer.pin();
  std::string out;
  std::string in;
  for (int i = 0; i < 2000; ++i) {
    const auto [space, size] = buffer.free_space();
    ASSERT_GE(size, 64U);
    const std::string piece = std::to_string(i) + ',';
    buffer.commit(piece.copy(space, size));
    in += piece;
    const std::size_t taken = buffer.unread().size() - 1;  // one byte always stays
    out += buffer.unread().substr(0, taken);
    buffer.consume(taken);
  }
  out += buffer.unread();
  EXPECT_EQ(out, in);
  EXPECT_EQ(head, "the head;");
}

TEST(InputBuffer, HasRoomBehindTheLargestHeadForABody) {
  InputBuffer buffer;
  receive(buffer, std::string(kMaxHead, 'h'));
  buffer.make_room(kMaxHead);
  EXPECT_TRUE(buffer.has_room(kMaxHead));
  EXPECT_EQ(buffer.unread().size(), kMaxHead);
  buffer.consume(kMaxHead);
  buffer.pin();
  for (int i = 0; i < 3; ++i) {
    const std::size_t room = buffer.free_space().second;
    ASSERT_GE(room, InputBuffer::kReadRoom);
    buffer.commit(room);
    buffer.consume(room);
  }
}

TEST(InputBuffer, IsUsableAfterItsMemoryWasGivenBack) {
  InputBuffer buffer;
  receive(buffer, "old");
  buffer.release();
  EXPECT_TRUE(buffer.unread().empty());
  receive(buffer, "new");
  EXPECT_EQ(buffer.unread(), "new");
}

}  // namespace
}  // namespace curt::http
