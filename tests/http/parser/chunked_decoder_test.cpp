#include "http/parser/chunked_decoder.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "http/limits.hpp"

namespace curt::http {
namespace {

using Status = ChunkedDecoder::Status;

struct Decoded {
  Status status = Status::need_more;
  std::string body;
  std::size_t consumed = 0;

  friend bool operator==(const Decoded&, const Decoded&) = default;
};

/// Decodes `bytes` in pieces of this many.
Decoded decode(std::string_view bytes, std::size_t piece) {
  ChunkedDecoder decoder;
  Decoded decoded;
  while (decoded.status == Status::need_more && decoded.consumed < bytes.size()) {
    decoded.status = decoder.take(bytes.substr(decoded.consumed, piece), decoded.body);
    decoded.consumed += decoder.consumed();
  }
  return decoded;
}

Decoded decode(std::string_view bytes) {
  const Decoded whole = decode(bytes, bytes.size());
  for (const std::size_t piece : {1U, 2U, 3U, 7U}) EXPECT_EQ(decode(bytes, piece), whole) << bytes;
  return whole;
}

TEST(ChunkedDecoder, GivesTheChunksTogether) {
  const std::string_view bytes = "5\r\nhello\r\n6\r\n, you!\r\n0\r\n\r\n";
  EXPECT_EQ(decode(bytes), (Decoded{Status::complete, "hello, you!", bytes.size()}));
  EXPECT_EQ(decode("0\r\n\r\n"), (Decoded{Status::complete, "", 5}));
}

TEST(ChunkedDecoder, LeavesWhatFollowsTheBody) {
  EXPECT_EQ(decode("1\r\nx\r\n0\r\n\r\nGET / HTTP/1.1\r\n"), (Decoded{Status::complete, "x", 11}));
}

TEST(ChunkedDecoder, TakesAnyBytesForData) { EXPECT_EQ(decode("4\r\n\r\n0\r\r\n0\r\n\r\n").body, "\r\n0\r"); }

TEST(ChunkedDecoder, ThrowsExtensionsAndTrailersAway) {
  for (const std::string_view extension : {";a", ";a=b", ";a=\"b c\"", ";a=\"b\\\"c;\";d",
                                           " ; a = b ; c\t=\t\"\"", ";a ;b", ";a=\"\xff\\\xff\""}) {
    const std::string bytes =
        "1" + std::string{extension} + "\r\nx\r\n0" + std::string{extension} + "\r\n\r\n";
    EXPECT_EQ(decode(bytes), (Decoded{Status::complete, "x", bytes.size()}));
  }
  for (const std::string_view trailer : {"A: b\r\n", "A:\r\n", "A:b: c\td\r\nE: \xff\r\n"}) {
    const std::string bytes = "1\r\nx\r\n0\r\n" + std::string{trailer} + "\r\n";
    EXPECT_EQ(decode(bytes), (Decoded{Status::complete, "x", bytes.size()}));
  }
}

TEST(ChunkedDecoder, RefusesWhatIsNoExtension) {
  for (const std::string_view extension :
       {";",         ";;",          " ",           ";a ",     ";a=b\t", ";a=\"\" ",   ";=b",    ";a=",
        ";a=b c",    ";a b",        ";a=b=c",      "=b",      "g",      " 1",         ";a=\"b", ";a=\"b\"c",
        ";a=\"\n\"", ";a=\"\r\n\"", ";a=\"\\\n\"", ";a=\x01", ";\x80",  ";a=\"\x7f\""}) {
    EXPECT_EQ(decode("1" + std::string{extension} + "\r\nx\r\n0\r\n\r\n").status, Status::malformed)
        << extension;
  }
}

TEST(ChunkedDecoder, RefusesASizeBeyondTheLimitBeforeItsData) {
  EXPECT_EQ(decode("10000\r\n").status, Status::need_more);
  EXPECT_EQ(decode("10001"), (Decoded{Status::body_too_large, "", 5}));
  const std::string most = "10000\r\n" + std::string(kMaxBody, 'x') + "\r\n";
  EXPECT_EQ(decode(most + "0\r\n\r\n").body.size(), kMaxBody);
  EXPECT_EQ(decode(most + "1").status, Status::body_too_large);
}

TEST(ChunkedDecoder, LimitsWhatComesBesidesTheBody) {
  const auto trailers = [](std::size_t size) { return "0\r\nX:" + std::string(size - 3, 'x') + "\r"; };
  EXPECT_EQ(decode(trailers(kMaxHead) + "\n\r\n").status, Status::complete);
  EXPECT_EQ(decode(trailers(kMaxHead + 1)).status, Status::extras_too_large);
  const std::string half = ";" + std::string(kMaxHead / 2, 'x');
  EXPECT_EQ(decode("1" + half + "\r\nx\r\n0\r\n\r\n").status, Status::complete);
  EXPECT_EQ(decode("1" + half + "\r\nx\r\n0" + half).status, Status::extras_too_large) << "together";
  EXPECT_EQ(decode("0000000000000001\r\nx\r\n").status, Status::need_more);
  EXPECT_EQ(decode("00000000000000001").status, Status::malformed);
}

TEST(ChunkedDecoder, StaysAtItsLastWord) {
  for (const auto& [bytes, last] : {std::pair{"0\r\n\r\n", Status::complete}, {"x", Status::malformed}}) {
    ChunkedDecoder decoder;
    std::string body;
    EXPECT_EQ(decoder.take(bytes, body), last);
    EXPECT_EQ(decoder.take("1\r\nx\r\n0\r\n\r\n", body), last);
    EXPECT_EQ(decoder.consumed(), 0U);
    EXPECT_EQ(body, "");
  }
}

TEST(ChunkedDecoder, BeginsAnew) {
  ChunkedDecoder decoder;
  std::string body;
  EXPECT_EQ(decoder.take("5\r\nhel", body), Status::need_more);
  decoder.reset();
  body.clear();
  EXPECT_EQ(decoder.take("1\r\nx\r\n0\r\n\r\n", body), Status::complete);
  EXPECT_EQ(body, "x");
}

}  // namespace
}  // namespace curt::http
