#include "http/input_buffer.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/http/hidden_text.hpp"

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

/// Has the memory hold nothing from before the test.
void clear_memory_of(InputBuffer& buffer) {
  receive(buffer, "a");
  const auto [space, size] = buffer.free_space();
  std::fill_n(space, size, 'a');
  buffer.consume(1);
}

/// What the buffer's memory holds behind the unread bytes.
std::string_view room_of(InputBuffer& buffer) {
  const auto [space, size] = buffer.free_space();
  return {space, size};
}

TEST(InputBuffer, LeavesNoCopyOfBytesThatItMoves) {
  InputBuffer buffer;
  clear_memory_of(buffer);
  receive(buffer, std::string(2020, 'a') + std::string(40, 's'));
  buffer.consume(2020);
  buffer.make_room(40);
  EXPECT_EQ(buffer.unread(), std::string(40, 's'));
  EXPECT_EQ(room_of(buffer).find('s'), std::string_view::npos);
}

TEST(InputBuffer, LeavesNoCopyOfBytesThatItMovesByLessThanTheirLength) {
  InputBuffer buffer;
  clear_memory_of(buffer);
  receive(buffer, std::string(20, 'a') + std::string(2030, 's'));
  buffer.consume(20);
  buffer.make_room(2030);
  EXPECT_EQ(buffer.unread(), std::string(2030, 's'));
  EXPECT_EQ(room_of(buffer).find('s'), std::string_view::npos);
}

TEST(InputBuffer, LeavesNoCopyOfBytesThatItMovesBehindPinnedOnes) {
  InputBuffer buffer;
  clear_memory_of(buffer);
  receive(buffer, "head;" + std::string(100, 'b') + "secret");
  buffer.consume(5);
  buffer.pin();
  buffer.consume(100);
  EXPECT_EQ(room_of(buffer).find("secret"), std::string_view::npos);
  EXPECT_EQ(buffer.unread(), "secret");
}

TEST(InputBuffer, OverwritesAPartOfIt) {
  InputBuffer buffer;
  receive(buffer, "key: secret\r\n");
  buffer.wipe(buffer.unread().substr(5, 6));
  EXPECT_EQ(buffer.unread(), std::string_view("key: \0\0\0\0\0\0\r\n", 13));
  buffer.wipe({});
}

TEST(InputBuffer, OverwritesMemoryBeforeItIsFreed) {
  const curt::test::HiddenText secret;
  const auto receive_secret = [&](InputBuffer& buffer) {
    receive(buffer, std::string(100, 'a'));
    secret.reveal(buffer.free_space().first);
    buffer.commit(secret.size());
  };
  InputBuffer buffer;
  receive_secret(buffer);
  buffer.consume(143);
  EXPECT_TRUE(secret.is_in_memory());
  receive(buffer, std::string(8000, 'b'));
  EXPECT_FALSE(secret.is_in_memory()) << "it has grown";
  receive_secret(buffer);
  buffer.release();
  EXPECT_FALSE(secret.is_in_memory()) << "it was given back";
  {
    InputBuffer other;
    receive_secret(other);
  }
  EXPECT_FALSE(secret.is_in_memory()) << "it has ended";
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
