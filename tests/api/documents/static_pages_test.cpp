#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <boost/beast/zlib.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http/api_harness.hpp"

namespace curt::api {
namespace {

using nlohmann::json;
using test::Answer;
using test::ApiHarness;
using testing::HasSubstr;
using testing::Not;

/// What gzip packed without a name (RFC 1952): ten bytes, the deflated text, a checksum and a length.
std::string unpacked(std::string_view gzip, std::size_t size) {
  constexpr std::size_t kHead = 10;
  constexpr std::size_t kTail = 8;
  std::string text(size, '\0');
  boost::beast::zlib::z_params stream;
  stream.next_in = gzip.data() + kHead;
  stream.avail_in = gzip.size() - kHead - kTail;
  stream.next_out = text.data();
  stream.avail_out = text.size();
  boost::beast::zlib::inflate_stream inflate;
  boost::system::error_code error;
  inflate.write(stream, boost::beast::zlib::Flush::sync, error);
  EXPECT_EQ(error, boost::beast::zlib::error::end_of_stream);
  text.resize(stream.total_out);
  return text;
}

TEST(GetHome, ShowsHowToShorten) {
  ApiHarness api{{.base_url = "https://go.example"}};
  const Answer page = api.get("/");
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("curl https://go.example/shorten"));
  EXPECT_THAT(page.body, Not(HasSubstr("{{")));
}

TEST(GetHome, LeadsElsewhereWhereThatIsSet) {
  ApiHarness api{{.root_redirect = "https://www.example.com/"}};
  const Answer answer = api.get("/");
  EXPECT_EQ(answer.status, 302U);
  EXPECT_EQ(answer.header("Location"), "https://www.example.com/");
}

TEST(StaticPages, AreThereWithoutWaiting) {
  ApiHarness api;
  const std::pair<const char*, const char*> pages[] = {
      {"/docs", "text/html; charset=utf-8"},
      {"/docs/docs.js", "text/javascript; charset=utf-8"},
      {"/docs/swagger-ui.css", "text/css; charset=utf-8"},
      {"/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"},
      {"/robots.txt", "text/plain; charset=utf-8"},
      {"/favicon.ico", "image/svg+xml"},
      {"/openapi.json", "application/json"}};
  for (const auto& [path, type] : pages) {
    const Answer answer = api.get(path);
    EXPECT_EQ(answer.status, 200U) << path;
    EXPECT_EQ(answer.content_type, type) << path;
    EXPECT_FALSE(answer.body.empty()) << path;
    EXPECT_FALSE(answer.waited) << path;
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff") << path;
    EXPECT_NE(answer.header("Cache-Control"), "") << path;
  }
}

TEST(StaticPages, AreSentPackedToWhoTakesThat) {
  ApiHarness api;
  for (const char* path : {"/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/openapi.json"}) {
    const Answer plain = api.get(path);
    EXPECT_EQ(plain.header("Content-Encoding"), "") << path;
    EXPECT_EQ(plain.header("Vary"), "Accept-Encoding") << path;
    const Answer packed = api.get(path, [](http::Request& request) { request.accept_encoding = "gzip"; });
    EXPECT_EQ(packed.header("Content-Encoding"), "gzip") << path;
    EXPECT_EQ(packed.header("Vary"), "Accept-Encoding") << path;
    EXPECT_EQ(packed.content_type, plain.content_type) << path;
    EXPECT_LT(packed.body.size(), plain.body.size() / 2) << path;
    EXPECT_EQ(unpacked(packed.body, plain.body.size()), plain.body) << path;
  }
}

TEST(GetDocs, RunsNoScriptFromElsewhere) {
  ApiHarness api;
  const Answer docs = api.get("/docs");
  EXPECT_THAT(docs.header("Content-Security-Policy"), HasSubstr("script-src 'self';"));
  EXPECT_THAT(docs.body, Not(HasSubstr("src=\"http")));
  EXPECT_THAT(docs.body, HasSubstr("src=\"/docs/swagger-ui-bundle.js\""));
}

TEST(GetRobots, KeepsShortLinksOpenAndTheApiClosed) {
  ApiHarness api;
  EXPECT_THAT(api.get("/robots.txt").body, HasSubstr("Disallow: /api/"));
  EXPECT_THAT(api.get("/robots.txt").body, Not(HasSubstr("Disallow: /\n")));
}

TEST(GetOpenApi, IsTheDocumentOfThisVersion) {
  ApiHarness api;
  const json document = api.get("/openapi.json").json();
  EXPECT_EQ(document["openapi"], "3.0.3");
  EXPECT_EQ(document["info"]["version"], CURT_VERSION);
}

}  // namespace
}  // namespace curt::api
