#include "api/documents/pages.hpp"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_codes.hpp"

namespace curt::api {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A request by a browser, or by a program, and what is answered.
struct Visit {
  explicit Visit(std::string_view accept) { request.accept = accept; }

  http::Request request;
  http::Response response;
  http::Exchange exchange{request, response, "id-1", 0, Call{Deadline{{}}}};
};

std::string shown(const Page& page) {
  Visit visit{"text/html"};
  answer_page(200, page, visit.exchange);
  return std::string{visit.response.body()};
}

TEST(EscapeHtml, ReplacesWhatMeansSomething) {
  EXPECT_EQ(escape_html(R"(<a href="x">'Q&A'</a>)"),
            "&lt;a href=&quot;x&quot;&gt;&#39;Q&amp;A&#39;&lt;/a&gt;");
  EXPECT_EQ(escape_html("{{body}}"), "&#123;&#123;body}}");
}

TEST(EscapeHtml, LeavesAllElse) {
  EXPECT_EQ(escape_html("https://example.com/?a=b#c \xc3\xa4"), "https://example.com/?a=b#c \xc3\xa4");
  EXPECT_EQ(escape_html(""), "");
}

TEST(FillIn, ReplacesEachPlaceOfItsName) {
  std::string text = "{{a}} {{b}} {{a}} {a}";
  fill_in(text, "a", "x");
  EXPECT_EQ(text, "x {{b}} x {a}");
}

TEST(FillIn, DoesNotFillItsOwnText) {
  std::string text = "<{{a}}>";
  fill_in(text, "a", "{{a}}{{a}}");
  EXPECT_EQ(text, "<{{a}}{{a}}>");
}

TEST(AnswerPage, FillsEveryPlace) {
  const std::string html = shown({"A title", "A heading", "A message", "<p>A body</p>", "A detail"});
  EXPECT_THAT(html, HasSubstr("<title>A title</title>"));
  EXPECT_THAT(html, HasSubstr("<h1>A heading</h1>"));
  EXPECT_THAT(html, HasSubstr(">A message</p>"));
  EXPECT_THAT(html, HasSubstr("\n<p>A body</p>\n"));
  EXPECT_THAT(html, HasSubstr(">A detail</p>"));
  EXPECT_THAT(html, Not(HasSubstr("{{")));
}

TEST(AnswerPage, EscapesTexts) {
  const std::string html = shown({"<t>", "<h>", "<script>alert(1)</script>", "", "\"d\""});
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  for (const char* raw : {"<t>", "<h>", "<script>", "\"d\""}) EXPECT_THAT(html, Not(HasSubstr(raw)));
}

TEST(AnswerPage, FillsNoPlaceThatATextNames) {
  const std::string html =
      shown({"{{message}}", "h", "{{body}}{{detail}}", "<p>once</p>", "{{body}}{{heading}}"});
  EXPECT_THAT(html, HasSubstr("<title>&#123;&#123;message}}</title>"));
  EXPECT_THAT(html, HasSubstr(">&#123;&#123;body}}&#123;&#123;detail}}</p>"));
  EXPECT_EQ(html.find("<p>once</p>"), html.rfind("<p>once</p>"));
}

TEST(AnswerPage, LoadsNothingAndRunsNothing) {
  Visit visit{"text/html"};
  answer_page(404, {"t", "h", "m", "", ""}, visit.exchange);
  EXPECT_EQ(visit.response.status(), 404U);
  EXPECT_EQ(visit.response.content_type(), "text/html; charset=utf-8");
  const std::string headers{visit.response.headers()};
  EXPECT_THAT(headers, HasSubstr("Content-Security-Policy: default-src 'none';"));
  EXPECT_THAT(headers, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(headers, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(headers, HasSubstr("Cache-Control: no-store\r\n"));
}

TEST(AnswerVisitor, ShowsABrowserAPageAndAProgramAProblem) {
  const Error error{ErrorCode::expired, "This link has expired."};
  Visit browser{"text/html,*/*"};
  answer_visitor(error, browser.exchange);
  EXPECT_EQ(browser.response.status(), 410U);
  EXPECT_THAT(std::string{browser.response.body()}, HasSubstr("<h1>This link has expired</h1>"));
  EXPECT_THAT(std::string{browser.response.body()}, HasSubstr("Request id-1"));

  Visit program{"*/*"};
  answer_visitor(error, program.exchange);
  EXPECT_EQ(program.response.status(), 410U);
  EXPECT_EQ(program.response.content_type(), "application/problem+json");
}

TEST(AnswerVisitor, NeverTellsABrowserLessThanAProgram) {
  for (const ErrorCode code : test::all_error_codes()) {
    const Error error{code, "detail", {}, {}};
    Visit browser{"text/html"};
    Visit program{""};
    answer_visitor(error, browser.exchange);
    answer_visitor(error, program.exchange);
    EXPECT_EQ(browser.response.status(), program.response.status()) << name_of(code);
    const bool retry = program.response.headers().find("Retry-After") != std::string_view::npos;
    EXPECT_EQ(browser.response.headers().find("Retry-After") != std::string_view::npos, retry)
        << name_of(code);
  }
}

}  // namespace
}  // namespace curt::api
