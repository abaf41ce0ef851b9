#include "support/http/http_cases.hpp"

#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "support/http/raw_client.hpp"

namespace curt::test {
namespace {

using namespace std::string_literals;
using Cases = std::vector<HttpCase>;

const std::string kFollowUp = "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// A GET request with this request line.
std::string line(std::string_view request_line) {
  return fmt::format("{}\r\nHost: localhost\r\n\r\n", request_line);
}

/// A GET request with these lines added to its head.
std::string head(std::string_view lines) {
  return fmt::format("GET /health/live HTTP/1.1\r\nHost: localhost\r\n{}\r\n", lines);
}

/// A POST request with these header lines, and what follows them.
std::string body(std::string_view lines, std::string_view rest) {
  return fmt::format(
      "POST /shorten HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{}\r\n{}", lines, rest);
}

std::string chunked(std::string_view rest) { return body("Transfer-Encoding: chunked\r\n", rest); }

void add_lengths(Cases& cases) {
  const std::string chunks = "5\r\nhello\r\n0\r\n\r\n";
  cases.insert(
      cases.end(),
      {{"length before encoding", body("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", chunks), 400},
       {"encoding before length", body("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", chunks), 400},
       {"zero length with encoding", body("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", chunks),
        400},
       {"two different lengths", body("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"), 400},
       {"two equal lengths", body("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
       {"two lengths in one header", body("Content-Length: 5, 5\r\n", "hello"), 400},
       {"two different lengths in one header", body("Content-Length: 5, 6\r\n", "hello!"), 400},
       {"negative length", body("Content-Length: -5\r\n", "hello"), 400},
       {"length with a plus sign", body("Content-Length: +5\r\n", "hello"), 400},
       {"hexadecimal length", body("Content-Length: 0x5\r\n", "hello"), 400},
       {"length with a fraction", body("Content-Length: 5.0\r\n", "hello"), 400},
       {"length with a space inside", body("Content-Length: 1 0\r\n", "hello, you"), 400},
       {"length of 2^64", body("Content-Length: 18446744073709551616\r\n", "hello"), 400},
       {"length of 40 digits", body("Content-Length: 1000000000000000000000000000000000000000\r\n", "hello"),
        400},
       {"length without a value", body("Content-Length:\r\n", "hello"), 400},
       {"length in words", body("Content-Length: five\r\n", "hello"), 400},
       {"length of 2^64 - 1", body("Content-Length: 18446744073709551615\r\n", "hello"), 413},
       {"length one over the limit", body("Content-Length: 65537\r\n", "hello"), 413}});
}

void add_encodings(Cases& cases) {
  const std::string chunks = "5\r\nhello\r\n0\r\n\r\n";
  const auto encoded = [&](std::string_view value) {
    return body(fmt::format("Transfer-Encoding: {}\r\n", value), chunks);
  };
  cases.insert(
      cases.end(),
      {{"encoding gzip", encoded("gzip"), 501},
       {"encoding identity", encoded("identity"), 501},
       {"encoding gzip, chunked", encoded("gzip, chunked"), 501},
       {"encoding chunked, gzip", encoded("chunked, gzip"), 501},
       {"encoding chunked, chunked", encoded("chunked, chunked"), 501},
       {"encoding xchunked", encoded("xchunked"), 501},
       {"encoding with a parameter", encoded("chunked;q=1"), 501},
       {"encoding in quotes", encoded("\"chunked\""), 501},
       {"encoding with a comma", encoded(",chunked"), 501},
       {"encoding without a value", encoded(""), 501},
       {"encoding with a vertical tab", encoded("\vchunked"), 400},
       {"two encodings", body("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunks), 400},
       {"two encodings, one unknown", body("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", chunks),
        400},
       {"encoding in HTTP/1.0",
        "POST /shorten HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, 400},
       {"chunk size negative", chunked("-5\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk size with 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk size of 17 digits", chunked("00000000000000005\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk size of 2^64 - 1", chunked("ffffffffffffffff\r\nhello\r\n0\r\n\r\n"), 413},
       {"chunk size over the limit", chunked("10001\r\nhello\r\n0\r\n\r\n"), 413},
       {"chunk size empty", chunked("\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk size not a number", chunked("five!\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk size behind a space", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk header with a bare line feed", chunked("5\nhello\r\n0\r\n\r\n"), 400},
       {"chunk size beyond 64 bits", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"), 413},
       {"chunk extension with a bare line feed", chunked("5;a=b\nhello\r\n0\r\n\r\n"), 400},
       {"chunk extension with a quoted bare line feed", chunked("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk extension with a quoted line end", chunked("5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk extension with an escaped line feed", chunked("5;a=\"\\\n\"\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk extension with two values", chunked("5;a=b=c\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk size followed by a value", chunked("5=b\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk size before a space", chunked("5 \r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk size in two pieces", chunked("5 5\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk header with a bare carriage return", chunked("5\rx\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk extension without a name", chunked("5;=x\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk extension with a space in its value", chunked("5;a=b c\r\nhello\r\n0\r\n\r\n"), 400},
       {"chunk data longer than its size", chunked("5\r\nhello, you\r\n0\r\n\r\n"), 400},
       {"chunk data not followed by a line end", chunked("5\r\nhello0\r\n\r\n"), 400},
       {"chunk data followed by a bare line feed", chunked("5\r\nhello\n0\r\n\r\n"), 400},
       {"trailer with a space before the colon", chunked("5\r\nhello\r\n0\r\nX : y\r\n\r\n"), 400},
       {"trailer without a name", chunked("5\r\nhello\r\n0\r\n: y\r\n\r\n"), 400},
       {"trailer without a colon", chunked("5\r\nhello\r\n0\r\nX\r\n\r\n"), 400},
       {"trailer that is folded", chunked("5\r\nhello\r\n0\r\nX: y\r\n z\r\n\r\n"), 400},
       {"trailer with a bare line feed", chunked("5\r\nhello\r\n0\r\nX: y\n\r\n"), 400},
       {"last line with a bare line feed", chunked("5\r\nhello\r\n0\r\n\n"), 400},
       {"trailer with a control byte", chunked("5\r\nhello\r\n0\r\nX: \x01\r\n\r\n"), 400},
       {"an endless chunk header", chunked("5;" + std::string(30'000, 'x')), 431},
       {"an endless trailer", chunked("5\r\nhello\r\n0\r\nX: " + std::string(30'000, 'x')), 431}});
}

void add_lines(Cases& cases) {
  cases.insert(
      cases.end(),
      {{"bare line feed behind the request line", "GET /health/live HTTP/1.1\nHost: localhost\r\n\r\n", 400},
       {"bare line feed behind a header", "GET /health/live HTTP/1.1\r\nHost: localhost\n\r\n", 400},
       {"bare line feed at the end of the head", "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\n", 400},
       {"bare line feeds only", "GET /health/live HTTP/1.1\nHost: localhost\n\n", 400},
       {"bare line feed in a value", head("X-A: b\nX-B: c\r\n"), 400},
       {"bare carriage return in the request line", line("GET /health\r/live HTTP/1.1"), 400},
       {"bare carriage return behind the version", "GET /health/live HTTP/1.1\rHost: localhost\r\n\r\n", 400},
       {"bare carriage return in a name", head("X-\rA: b\r\n"), 400},
       {"bare carriage return in a value", head("X-A: b\rc\r\n"), 400},
       {"bare carriage return at the end of a value", head("X-A: b\r\r\n"), 400},
       {"space before the colon", head("X-A : b\r\n"), 400},
       {"tab before the colon", head("X-A\t: b\r\n"), 400},
       {"space before the colon of the length", body("Content-Length : 5\r\n", "hello"), 400},
       {"first header behind a space", "GET /health/live HTTP/1.1\r\n Host: localhost\r\n\r\n", 400},
       {"line folded by a space", head("X-A: b\r\n c\r\n"), 400},
       {"line folded by a tab", head("X-A: b\r\n\tc\r\n"), 400},
       {"folded encoding", body("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), 400},
       {"no name", head(": b\r\n"), 400},
       {"no colon", head("X-A\r\n"), 400},
       {"name with a space", head("X A: b\r\n"), 400},
       {"name with a slash", head("X/A: b\r\n"), 400},
       {"name beyond ASCII", head("X-\xc3\xa4: b\r\n"), 400},
       {"NUL in a name", head("X-\0A: b\r\n"s), 400},
       {"NUL in a value", head("X-A: \0b\r\n"s), 400},
       {"control byte in a name", head("X-\x01: b\r\n"), 400},
       {"control byte in a value", head("X-A: \x1b[31m\r\n"), 400},
       {"DEL in a name", head("X-\x7f: b\r\n"), 400},
       {"DEL in a value", head("X-A: \x7f\r\n"), 400},
       {"headers larger than the limit", head("X-A: " + std::string(16'400, 'a') + "\r\n"), 431},
       {"headers that never end", "GET /health/live HTTP/1.1\r\nX-A: " + std::string(100'000, 'a'), 431},
       {"500 headers", head([] {
          std::string lines;
          for (int i = 0; i < 500; ++i) lines += fmt::format("X-Header-Number-{:04}: a fair value\r\n", i);
          return lines;
        }()),
        431}});
}

void add_hosts(Cases& cases) {
  const auto hosted = [](std::string_view host) {
    return fmt::format("GET /health/live HTTP/1.1\r\nHost: {}\r\n\r\n", host);
  };
  cases.insert(cases.end(),
               {{"no host", "GET /health/live HTTP/1.1\r\n\r\n", 400},
                {"two hosts", head("Host: other.test\r\n"), 400},
                {"two equal hosts", head("Host: localhost\r\n"), 400},
                {"host with a space", hosted("curt test"), 400},
                {"host with a path", hosted("localhost/x"), 400},
                {"host with a user", hosted("user@localhost"), 400},
                {"host with a query", hosted("localhost?x"), 400},
                {"host with a backslash", hosted("localhost\\x"), 400},
                {"two hosts in one header", hosted("localhost, other.test"), 400},
                {"host with a quote", hosted("curt\"test"), 400},
                {"unknown expectation", body("Content-Length: 5\r\nExpect: 200-ok\r\n", "hello"), 417}});
}

void add_request_lines(Cases& cases) {
  const After open = After::open;
  cases.insert(cases.end(),
               {{"no version", line("GET /health/live"), 400},
                {"no version, with a space", line("GET /health/live "), 400},
                {"HTTP/0.9", line("GET /health/live HTTP/0.9"), 505},
                {"HTTP/1.2 without a host", "GET /health/live HTTP/1.2\r\n\r\n", 400},
                {"HTTP/1.9 with length and encoding",
                 "POST /shorten HTTP/1.9\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: "
                 "chunked\r\n\r\n0\r\n\r\n",
                 400},
                {"HTTP/1.2 with a tab behind the method", line("GET\t/health/live HTTP/1.2"), 400},
                {"HTTP/1.x", line("GET /health/live HTTP/1.x"), 400},
                {"HTTP/1.2 with an unknown path", line("GET /no/such/path HTTP/1.2"), 404, open},
                {"HTTP/3.0", line("GET /health/live HTTP/3.0"), 505},
                {"HTTP/1.10", line("GET /health/live HTTP/1.10"), 400},
                {"HTTP/11", line("GET /health/live HTTP/11"), 400},
                {"HTTP/2.0", line("GET /health/live HTTP/2.0"), 505},
                {"preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
                {"version in lower case", line("GET /health/live http/1.1"), 400},
                {"another protocol", line("GET /health/live ICY/1.1"), 400},
                {"something behind the version", line("GET /health/live HTTP/1.1 x"), 400},
                {"no target", line("GET HTTP/1.1"), 400},
                {"no target, with two spaces", line("GET  HTTP/1.1"), 400},
                {"no method", line("/health/live HTTP/1.1"), 400},
                {"a space before the method", line(" GET /health/live HTTP/1.1"), 400},
                {"method with a slash", line("GE/T /health/live HTTP/1.1"), 400},
                {"two spaces behind the method", line("GET  /health/live HTTP/1.1"), 400},
                {"tab behind the method", line("GET\t/health/live HTTP/1.1"), 400},
                {"target with a space", line("GET /health live HTTP/1.1"), 400},
                {"relative target", line("GET health/live HTTP/1.1"), 400},
                {"target in authority form", line("GET localhost:80 HTTP/1.1"), 400},
                {"CONNECT", line("CONNECT localhost:443 HTTP/1.1"), 400},
                {"target of another scheme", line("GET ftp://localhost/health/live HTTP/1.1"), 400},
                {"target without a host", line("GET http:///health/live HTTP/1.1"), 400},
                {"target with NUL", line("GET /health\0/live HTTP/1.1"s), 400},
                {"target with a control byte", line("GET /health\x01/live HTTP/1.1"), 400},
                {"target with DEL", line("GET /health\x7f/live HTTP/1.1"), 400},
                {"target one over the limit", line("GET /" + std::string(8192, 'a') + " HTTP/1.1"), 414},
                {"target far over the limit", line("GET /" + std::string(60'000, 'a') + " HTTP/1.1"), 414},
                {"method that never ends", std::string(60'000, 'A'), 414},
                {"asterisk with GET", line("GET * HTTP/1.1"), 400, open},
                {"method in lower case", line("get /health/live HTTP/1.1"), 501, open},
                {"unknown method", line("BREW /health/live HTTP/1.1"), 501, open},
                {"known path with another method", line("DELETE /health/live HTTP/1.1"), 405, open},
                {"unknown path", line("GET /no/such/path HTTP/1.1"), 404, open}});
}

void add_other_protocols(Cases& cases) {
  cases.insert(cases.end(),
               {{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s + std::string(500, '\x42'), 400},
                {"random bytes", "\x8f\x1d\xe2\x07\x99\x00\xff\x10\x80\x7f\xd3\r\n\r\n"s, 400},
                {"bytes beyond ASCII", std::string(64, '\xff'), 400},
                {"line ends only", "\r\n\r\n\r\n\r\n", 400},
                {"bare line feed only", "\n", 400},
                {"Redis", "*1\r\n$4\r\nPING\r\n\r\n", 400},
                {"SSH", "SSH-2.0-OpenSSH_9.2p1\r\n\r\n", 400},
                {"SSH, cut", "SSH-2.0-OpenSSH_9.2p1\r\n", 0},
                {"simple request of HTTP/0.9, cut", "GET /health/live\r\n", 0},
                {"nothing", "", 0},
                {"request line, cut", "GET /health/li", 0},
                {"headers, cut", "GET /health/live HTTP/1.1\r\nHost: curt.te", 0},
                {"end of the head, cut", "GET /health/live HTTP/1.1\r\nHost: localhost\r\n", 0},
                {"body, cut", body("Content-Length: 50\r\n", "{\"url\":"), 0},
                {"chunk header, cut", chunked("5"), 0},
                {"chunk, cut", chunked("5\r\nhel"), 0},
                {"last chunk missing", chunked("5\r\nhello\r\n"), 0},
                {"trailer, cut", chunked("5\r\nhello\r\n0\r\nX-A: b\r\n"), 0}});
}

Cases make_cases() {
  Cases cases;
  add_lengths(cases);
  add_encodings(cases);
  add_lines(cases);
  add_hosts(cases);
  add_request_lines(cases);
  add_other_protocols(cases);
  return cases;
}

}  // namespace

const std::vector<HttpCase>& http_cases() {
  static const Cases cases = make_cases();
  return cases;
}

testing::AssertionResult answers_as_it_should(const HttpCase& sent, std::uint16_t port) {
  const auto failure = [&] { return testing::AssertionFailure() << sent.name << ": "; };
  RawClient client{port};
  // A server that has seen enough may close while this still sends.
  client.send(sent.bytes);
  if (sent.status == 0) {
    client.finish_sending();
    const auto answer = client.read_until_close();
    if (!answer) return failure() << "the connection stays open";
    if (!answer->empty()) return failure() << "answered " << *answer;
    return testing::AssertionSuccess();
  }
  client.send(kFollowUp);
  const auto response = client.read_response();
  if (!response) return failure() << "no answer";
  if (response->status != sent.status) return failure() << response->status << ", not " << sent.status;
  if (sent.after == After::open) {
    const auto next = client.read_response();
    if (!next || next->status != 200) return failure() << "the next request has no answer";
    return testing::AssertionSuccess();
  }
  if (response->header("Connection") != "close") return failure() << "does not announce that it closes";
  const auto rest = client.read_until_close();
  if (!rest) return failure() << "the connection stays open";
  if (!rest->empty()) return failure() << "answered more than once: " << *rest;
  return testing::AssertionSuccess();
}

}  // namespace curt::test
