#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "http/parser/request_parser.hpp"
#include "support/http/parse_requests.hpp"

namespace curt::http {
namespace {

using test::Parsed;

Parsed parse_one(const std::string& bytes) { return test::parse_requests(bytes, {}).at(0); }

std::string get(std::string_view target, std::string_view lines) {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: curt.test\r\n" + std::string{lines} + "\r\n";
}

TEST(RequestParser, TakesAHigherMinorVersionForTheHighestThatItKnows) {
  for (const std::string minor : {"2", "3", "9"}) {
    const Parsed request = parse_one("POST /a?b HTTP/1." + minor + "\r\nHost: curt.test\r\nAccept: x\r\n" +
                                     "Transfer-Encoding: chunked\r\n\r\n1\r\nc\r\n0\r\n\r\n");
    EXPECT_EQ(request.status, 0U) << minor << ": " << request.detail;
    EXPECT_EQ(request.version, 11) << minor;
    EXPECT_TRUE(request.keep_alive) << minor;
    EXPECT_EQ(request.path, "/a") << minor;
    EXPECT_EQ(request.query, "b") << minor;
    EXPECT_EQ(request.body, "c") << minor;
    EXPECT_EQ(request.fields, "curt.test|x||||||||||") << minor;
  }
  EXPECT_FALSE(parse_one("GET /a HTTP/1.2\r\nHost: a\r\nConnection: close\r\n\r\n").keep_alive);
  EXPECT_EQ(parse_one("GET /a HTTP/1.2\r\n\r\n").detail, "The Host header is missing.");
  for (const std::string version : {"HTTP/0.9", "HTTP/2.0", "HTTP/3.0", "HTTP/9.9"}) {
    EXPECT_EQ(parse_one("GET /a " + version + "\r\nHost: a\r\n\r\n").status, 505U) << version;
  }
  for (const std::string version : {"HTTP/1.10", "HTTP/1.", "HTTP/1", "HTTP/1.x", "http/1.2", "HTTP/11"}) {
    EXPECT_EQ(parse_one("GET /a " + version + "\r\nHost: a\r\n\r\n").status, 400U) << version;
  }
}

TEST(RequestParser, JoinsTheFieldsOfAList) {
  const Parsed request = parse_one(get("/a",
                                       "Accept: text/html\r\nIf-Match:\r\nX-Forwarded-For: 192.0.2.1\r\n"
                                       "accept: */*;q=0.1\r\nIf-Match: W/\"1\"\r\nIf-Match: \"2\"\r\n"
                                       "X-Forwarded-For: 192.0.2.2, 192.0.2.3\r\nAccept:\r\n"
                                       "X-Forwarded-For:192.0.2.4\r\n"));
  EXPECT_EQ(
      request.fields,
      "curt.test|text/html, */*;q=0.1, |||||W/\"1\", \"2\"|||192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4||");
  EXPECT_EQ(request.status, 0U);
}

TEST(RequestParser, KnowsTheMethods) {
  const std::pair<std::string, Method> methods[] = {
      {"GET", Method::get},       {"HEAD", Method::head},   {"POST", Method::post},
      {"PUT", Method::put},       {"PATCH", Method::patch}, {"DELETE", Method::delete_},
      {"get", Method::other},     {"BREW", Method::other},  {"OPTIONS", Method::options},
      {"PROPFIND", Method::other}};
  for (const auto& [name, method] : methods) {
    EXPECT_EQ(parse_one(name + " /a HTTP/1.1\r\nHost: a\r\n\r\n").method, method) << name;
  }
}

TEST(RequestParser, TellsTheMethodsThatAreNotAboutWhatAPathHas) {
  for (const auto& [name, is_for_the_connection] : {std::pair{"TRACE", true},
                                                    {"CONNECT", true},
                                                    {"trace", false},
                                                    {"GET", false},
                                                    {"OPTIONS", false},
                                                    {"PROPFIND", false},
                                                    {"QUERY", false}}) {
    const auto parsed = parse_one(std::string{name} + " /a HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(parsed.is_for_the_connection, is_for_the_connection) << name;
  }
}

}  // namespace
}  // namespace curt::http
