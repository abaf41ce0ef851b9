#include "http/parser/request_parser.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/limits.hpp"
#include "support/http/http_cases.hpp"
#include "support/http/parse_requests.hpp"

namespace curt::http {
namespace {

using test::parse_requests;
using test::Parsed;

Parsed parse_one(const std::string& bytes) {
  const std::vector<Parsed> all = parse_requests(bytes, {});
  EXPECT_EQ(all.size(), 1U) << bytes;
  return all.empty() ? Parsed{} : all.front();
}

std::string get(std::string_view target, std::string_view lines = {}) {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: curt.test\r\n" + std::string{lines} + "\r\n";
}

std::string chunked(std::string_view rest) {
  return "POST /a HTTP/1.1\r\nHost: curt.test\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string{rest};
}

const std::vector<std::string>& good_requests() {
  static const std::vector<std::string> requests{
      get("/a?b=c",
          "User-Agent: test\r\nAccept: text/html\r\nX-Request-Id: one\r\nX-Forwarded-For: 192.0.2.1\r\n"),
      "\r\n" + get("/a"),
      "GET /a HTTP/1.0\r\n\r\n",
      "GET http://curt.test/a?b HTTP/1.9\r\nHost: curt.test\r\nAccept: a\r\nAccept: b\r\n\r\n" + get("/b"),
      "GET http://curt.test/a?b HTTP/1.1\r\nHost: curt.test\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: curt.test\r\nContent-Length: 11\r\n\r\nhello, you!",
      chunked("5\r\nhello\r\n6;a=b;c=\"d e\"\r\n, you!\r\n0;last\r\nX-Trailer: x\r\n\r\n"),
      "POST /a HTTP/1.1\r\nHost: curt.test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
      get("/a") + get("/b") + "POST /c HTTP/1.1\r\nHost: d\r\nContent-Length: 3\r\n\r\nabc" +
          chunked("1\r\nx\r\n0\r\n\r\n") + get("/e"),
  };
  return requests;
}

TEST(RequestParser, TakesAPathBeyondAsciiAsItWasSent) {
  for (const char* path : {"/été", "/e\u0301te\u0301", "/日本", "/%C3%A9t\xc3\xa9", "/\xff\xfe"}) {
    const Parsed request = parse_one(get(path));
    EXPECT_EQ(request.status, 0U) << path;
    EXPECT_EQ(request.path, path);
  }
}

TEST(RequestParser, TakesARequestApart) {
  const Parsed request =
      parse_one(get("/path/to?key=value&x=?",
                    "User-Agent: ua\r\nReferer: ref\r\nAccept: text/html\r\nOrigin: http://o\r\n"
                    "Content-Type: ct\r\nIf-Match: \"3\"\r\nIdempotency-Key: ik\r\nx-request-id: id\r\n"
                    "X-FORWARDED-FOR: 192.0.2.7\r\nAccess-Control-Request-Method: POST\r\n"
                    "Access-Control-Request-Headers: x-a\r\nX-Else: else\r\n"));
  EXPECT_EQ(request.status, 0U);
  EXPECT_EQ(request.method, Method::get);
  EXPECT_EQ(request.path, "/path/to");
  EXPECT_EQ(request.query, "key=value&x=?");
  EXPECT_TRUE(request.has_query);
  EXPECT_EQ(request.version, 11);
  EXPECT_TRUE(request.keep_alive);
  EXPECT_FALSE(request.has_body);
  EXPECT_FALSE(request.expects_continue);
  EXPECT_EQ(request.fields, "curt.test|text/html|ct|ua|ref|http://o|\"3\"|ik|id|192.0.2.7|POST|x-a");
}

TEST(RequestParser, KnowsARequestThatComesAheadOfItsUser) {
  for (const std::string line :
       {"Sec-Purpose: prefetch", "Sec-Purpose: prefetch;anonymous-client-ip",
        "sec-purpose: Prefetch;Prerender", "Purpose: prefetch", "purpose: PREVIEW", "X-Purpose: preview",
        "X-Purpose: : preview", "x-moz: prefetch", "Sec-Purpose: prerender\r\nPurpose: navigate"}) {
    EXPECT_TRUE(parse_one(get("/a", line + "\r\n")).prefetch) << line;
  }
  for (const std::string line : {"", "Sec-Purpose: \r\n", "Sec-Purpose: navigate\r\n",
                                 "Sec-Fetch-Mode: prefetch\r\n", "X-Purposes: prefetch\r\n",
                                 "X-Mos: prefetch\r\n", "Purpose: pre-fetch\r\n", "Purpose: prefetc\r\n"}) {
    EXPECT_FALSE(parse_one(get("/a", line)).prefetch) << line;
  }
}

TEST(RequestParser, KnowsARequestWhoseUserDoesNotWantToBeTracked) {
  for (const std::string line :
       {"DNT: 1", "dnt: 1", "Sec-GPC: 1", "sec-gpc:1 ", "DNT: 0\r\nSec-GPC: 1", "DNT: 1\r\nSec-GPC: 0"}) {
    EXPECT_TRUE(parse_one(get("/a", line + "\r\n")).do_not_track) << line;
  }
  for (const std::string line :
       {"", "DNT: 0\r\n", "DNT: \r\n", "DNT: 11\r\n", "Sec-GPC: ?1\r\n", "DNS: 1\r\n", "Sec-GPS: 1\r\n"}) {
    EXPECT_FALSE(parse_one(get("/a", line)).do_not_track) << line;
  }
}

TEST(RequestParser, ForgetsBetweenTwoRequestsWhatOnlyOneSaid) {
  const auto both = parse_requests(get("/a", "DNT: 1\r\nSec-Purpose: prefetch\r\n") + get("/b"), {});
  ASSERT_EQ(both.size(), 2U);
  EXPECT_TRUE(both[0].prefetch && both[0].do_not_track);
  EXPECT_FALSE(both[1].prefetch || both[1].do_not_track);
}

TEST(RequestParser, GivesTheSameForEverySplitInTwo) {
  for (const std::string& bytes : good_requests()) {
    const auto whole = parse_requests(bytes, {});
    ASSERT_FALSE(whole.empty());
    EXPECT_EQ(whole.back().status, 0U) << bytes << ": " << whole.back().detail;
    for (std::size_t split = 1; split < bytes.size(); ++split) {
      ASSERT_EQ(parse_requests(bytes, {split}), whole) << bytes << "\nsplit at " << split;
    }
  }
}

TEST(RequestParser, GivesTheSameByteByByte) {
  std::vector<std::string> requests = good_requests();
  for (const test::HttpCase& malformed : test::http_cases()) {
    if (malformed.bytes.size() < 1000) requests.push_back(malformed.bytes);
  }
  for (const std::string& bytes : requests) {
    std::vector<std::size_t> everywhere;
    for (std::size_t i = 1; i < bytes.size(); ++i) everywhere.push_back(i);
    EXPECT_EQ(parse_requests(bytes, everywhere), parse_requests(bytes, {})) << bytes;
  }
}

TEST(RequestParser, CompletesNoMalformedRequestAndRefusesItWithItsStatus) {
  for (const test::HttpCase& malformed : test::http_cases()) {
    if (malformed.after == test::After::open) continue;  // well-formed; the service refuses it
    for (const Parsed& request : parse_requests(malformed.bytes, {})) {
      EXPECT_FALSE(request.complete) << malformed.name;
      EXPECT_TRUE(request.status == malformed.status || request.status == 0)
          << malformed.name << request.status;
    }
  }
}

TEST(RequestParser, TakesPipelinedRequestsOneAfterTheOther) {
  const auto all = parse_requests(good_requests().back(), {});
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[0].path, "/a");
  EXPECT_EQ(all[1].path, "/b");
  EXPECT_EQ(all[2].body, "abc");
  EXPECT_EQ(all[3].body, "x");
  EXPECT_EQ(all[4].path, "/e");
}

TEST(RequestParser, ReadsABodyOfTheAnnouncedLength) {
  const std::string bytes{"\r\n\0\n\xff", 5};
  EXPECT_EQ(parse_one("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n" + bytes).body, bytes);
}

TEST(RequestParser, TakesALengthOfZeroForNoBody) {
  EXPECT_FALSE(parse_one("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").has_body);
  EXPECT_EQ(parse_one("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 000\r\n\r\n").status, 0U);
}

TEST(RequestParser, TakesTheLargestBodyAndNoLarger) {
  const auto posted = [](std::size_t size) {
    return parse_requests("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) +
                              "\r\n\r\n" + std::string(size, 'b'),
                          {});
  };
  ASSERT_EQ(posted(kMaxBody).size(), 1U);
  EXPECT_EQ(posted(kMaxBody).front().body.size(), kMaxBody);
  ASSERT_FALSE(posted(kMaxBody + 1).empty());
  EXPECT_EQ(posted(kMaxBody + 1).front().status, 413U);
}

TEST(RequestParser, CountsTheChunksTogether) {
  std::string chunks;
  for (int i = 0; i < 64; ++i) chunks += "400\r\n" + std::string(1024, 'c') + "\r\n";
  EXPECT_EQ(parse_one(chunked(chunks + "0\r\n\r\n")).body, std::string(kMaxBody, 'c'));
  EXPECT_EQ(parse_requests(chunked(chunks + "1\r\nc\r\n0\r\n\r\n"), {}).front().status, 413U);
}

TEST(RequestParser, ReadsChunkSizesInHexadecimalOfEitherCase) {
  EXPECT_EQ(parse_one(chunked("a\r\n0123456789\r\n0A\r\n0123456789\r\n000\r\n\r\n")).body,
            "01234567890123456789");
}

TEST(RequestParser, TakesAnEmptyChunkedBodyThatArrivesByteByByte) {
  const std::string bytes = chunked("0\r\n\r\n");
  std::vector<std::size_t> everywhere;
  for (std::size_t i = 1; i < bytes.size(); ++i) everywhere.push_back(i);
  const auto all = parse_requests(bytes, everywhere);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(all.front().complete);
  EXPECT_EQ(all, parse_requests(bytes, {}));
}

TEST(RequestParser, IgnoresTrailers) {
  const Parsed request =
      parse_one(chunked("0\r\nHost: evil\r\nX-Request-Id: evil\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"));
  EXPECT_EQ(request.status, 0U);
  EXPECT_EQ(request.fields, "curt.test|||||||||||");
}

TEST(RequestParser, TakesTheAbsoluteForm) {
  EXPECT_EQ(parse_one(get("http://curt.test/a?b")).path, "/a");
  EXPECT_EQ(parse_one(get("HTTPS://curt.test:8080/a?b")).query, "b");
  EXPECT_EQ(parse_one(get("http://curt.test")).path, "/");
  EXPECT_EQ(parse_one(get("http://curt.test?b/c")).path, "/");
  EXPECT_EQ(parse_one(get("http://curt.test?b/c")).query, "b/c");
  EXPECT_EQ(parse_one(get("http://?b")).status, 400U);
}

TEST(RequestParser, TakesTheHostOfTheAbsoluteFormAndNotThatOfTheHeader) {
  EXPECT_EQ(parse_one(get("http://evil.example/a")).fields, "evil.example|||||||||||");
  EXPECT_EQ(parse_one(get("http://other.test:8080?b")).fields, "other.test:8080|||||||||||");
  EXPECT_EQ(parse_one(get("http://[::1]:8080")).fields, "[::1]:8080|||||||||||");
  EXPECT_EQ(parse_one(get("http://curt.test@evil.example/a")).status, 400U);
  EXPECT_EQ(parse_one("GET http://curt.test/ HTTP/1.1\r\n\r\n").status, 400U) << "Host must be there";
}

TEST(RequestParser, TellsAnEmptyQueryFromNone) {
  EXPECT_TRUE(parse_one(get("/a?")).has_query);
  EXPECT_FALSE(parse_one(get("/a")).has_query);
}

TEST(RequestParser, KnowsWhenTheConnectionGoesOn) {
  const auto keep_alive = [](std::string_view version, std::string_view lines) {
    return parse_one("GET /a HTTP/" + std::string{version} + "\r\nHost: a\r\n" + std::string{lines} + "\r\n")
        .keep_alive;
  };
  EXPECT_TRUE(keep_alive("1.1", ""));
  EXPECT_FALSE(keep_alive("1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keep_alive("1.1", "Connection: x, Close\r\n"));
  EXPECT_FALSE(keep_alive("1.0", ""));
  EXPECT_TRUE(keep_alive("1.0", "Connection: Keep-Alive\r\n"));
}

TEST(RequestParser, MeetsTheExpectationOfContinueOnly) {
  const auto expecting = [](std::string_view value) {
    return get("/a", "Expect: " + std::string{value} + "\r\n");
  };
  EXPECT_TRUE(parse_one(expecting("100-Continue")).expects_continue);
  EXPECT_EQ(parse_one(expecting("something")).status, 417U);
  EXPECT_FALSE(parse_one("GET /a HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").expects_continue);
}

TEST(RequestParser, ForgivesOneEmptyLineBeforeARequestAndNoMore) {
  EXPECT_EQ(parse_one("\r\n" + get("/a")).path, "/a");
  EXPECT_EQ(parse_requests("\r\n\r\n" + get("/a"), {}).front().status, 400U);
}

TEST(RequestParser, TakesAnUpgradeForTheOrdinaryRequestThatItAlsoIs) {
  const Parsed request = parse_one(get("/a", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"));
  EXPECT_EQ(request.path, "/a");
  EXPECT_FALSE(request.has_body);
}

TEST(RequestParser, TakesATargetOfTheLargestSize) {
  const std::string target = "/" + std::string(kMaxTarget - 1, 'a');
  EXPECT_EQ(parse_one(get(target)).path, target);
  EXPECT_EQ(parse_one(get(target + 'a')).status, 414U);
}

}  // namespace
}  // namespace curt::http
