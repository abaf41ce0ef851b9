#include "http/parser/head_scanner.hpp"

#include <string>

#include <gtest/gtest.h>

#include "http/limits.hpp"

namespace curt::http {
namespace {

const std::string kHead = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

std::optional<HeadError> error_of(std::string_view input) {
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan(input), std::nullopt);
  return scanner.error();
}

/// A head of exactly `size` bytes.
std::string head_of(std::size_t size) {
  std::string head = "GET /a HTTP/1.1\r\nX-A: ";
  head.append(size - head.size() - 4, 'a');
  return head + "\r\n\r\n";
}

TEST(HeadScanner, GivesTheLengthWithTheEmptyLine) { EXPECT_EQ(HeadScanner{}.scan(kHead), kHead.size()); }

TEST(HeadScanner, LeavesWhatFollowsTheHeadAlone) {
  EXPECT_EQ(HeadScanner{}.scan(kHead + "body\n with\nanything"), kHead.size());
}

TEST(HeadScanner, WaitsForTheRestOfAHeadThatArrivesByteByByte) {
  HeadScanner scanner;
  for (std::size_t size = 1; size < kHead.size(); ++size) {
    ASSERT_EQ(scanner.scan(std::string_view{kHead}.substr(0, size)), std::nullopt) << size;
    ASSERT_EQ(scanner.error(), std::nullopt) << size;
  }
  EXPECT_EQ(scanner.scan(kHead), kHead.size());
}

TEST(HeadScanner, HasNoOpinionOnNothing) {
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan({}), std::nullopt);
  EXPECT_EQ(scanner.error(), std::nullopt);
}

TEST(HeadScanner, RefusesALineThatEndsWithLineFeedAlone) {
  EXPECT_EQ(error_of("GET /a HTTP/1.1\n"), HeadError::bare_line_feed);
  EXPECT_EQ(error_of("GET /a HTTP/1.1\r\nHost: a\n"), HeadError::bare_line_feed);
  EXPECT_EQ(error_of("GET /a HTTP/1.1\r\nHost: a\r\n\n"), HeadError::bare_line_feed);
}

TEST(HeadScanner, RefusesAFoldedLineAsSoonAsItBegins) {
  EXPECT_EQ(error_of("GET /a HTTP/1.1\r\nX-A: b\r\n "), HeadError::folded_line);
  EXPECT_EQ(error_of("GET /a HTTP/1.1\r\n\t"), HeadError::folded_line);
}

TEST(HeadScanner, RefusesWhatCannotBeAMethodAtTheFirstByte) {
  EXPECT_EQ(error_of("\x16"), HeadError::not_http);
  EXPECT_EQ(error_of(" "), HeadError::not_http);
  EXPECT_EQ(error_of("\xff"), HeadError::not_http);
}

TEST(HeadScanner, TakesTheLargestHeadAndNoLarger) {
  EXPECT_EQ(HeadScanner{}.scan(head_of(kMaxHead)), kMaxHead);
  EXPECT_EQ(error_of(head_of(kMaxHead + 1)), HeadError::head_too_large);
}

TEST(HeadScanner, RefusesAHeadThatCanOnlyBecomeTooLarge) {
  const std::string head = head_of(kMaxHead + 2);
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan(std::string_view{head}.substr(0, kMaxHead - 1)), std::nullopt);
  EXPECT_EQ(scanner.error(), std::nullopt);
  EXPECT_EQ(scanner.scan(std::string_view{head}.substr(0, kMaxHead)), std::nullopt);
  EXPECT_EQ(scanner.error(), HeadError::head_too_large);
}

TEST(HeadScanner, RefusesATargetThatCanOnlyBecomeTooLong) {
  EXPECT_EQ(error_of("GET /" + std::string(kMaxTarget + 100, 'a')), HeadError::target_too_long);
}

TEST(HeadScanner, SaysTheSameHoweverMuchHasArrived) {
  std::string folded_past_the_limit = head_of(kMaxHead);
  folded_past_the_limit.replace(kMaxHead - 2, 2, " x" + std::string(2000, 'y') + "\r\n\r\n");
  for (const std::string& input :
       {folded_past_the_limit, head_of(kMaxHead + 1), "GET /a HTTP/1.1\r\n b\r\n\r\n" + kHead,
        head_of(kMaxHead).substr(0, kMaxHead - 2) + " x\r\n\r\n"}) {
    HeadScanner scanner;
    for (std::size_t size = 1; size <= input.size() && !scanner.error(); ++size) {
      static_cast<void>(scanner.scan(std::string_view{input}.substr(0, size)));
    }
    EXPECT_NE(scanner.error(), std::nullopt);
    EXPECT_EQ(scanner.error(), error_of(input));
  }
}

TEST(HeadScanner, StaysWithItsErrorUntilReset) {
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan("GET\n"), std::nullopt);
  EXPECT_EQ(scanner.scan(kHead), std::nullopt);
  EXPECT_NE(scanner.error(), std::nullopt);
  scanner.reset();
  EXPECT_EQ(scanner.scan(kHead), kHead.size());
}

}  // namespace
}  // namespace curt::http
