#include "curt/http/response.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "support/http/hidden_text.hpp"

namespace curt::http {
namespace {

const Envelope kEnvelope{11, Method::get, true, "Sun, 22 Nov 2026 07:49:40 GMT", "id-1"};

std::string serialized(const Response& response, const Envelope& envelope = kEnvelope) {
  std::string out;
  const std::string_view behind = serialize(response, envelope, out);
  out.append(behind);
  return out;
}

TEST(Response, IsWrittenByteForByteAsAPage) {
  Response response;
  response.set_content_type("text/plain");
  response.add_header("X-A", "b");
  response.set_body("hello");
  EXPECT_EQ(serialized(response),
            "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 07:49:40 GMT\r\nX-Request-Id: id-1\r\nX-A: b\r\n"
            "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
}

TEST(Response, IsWrittenByteForByteAsARedirect) {
  Response response;
  response.set_status(302);
  response.add_header("Location", "https://example.com/");
  EXPECT_EQ(serialized(response),
            "HTTP/1.1 302 Found\r\nDate: Sun, 22 Nov 2026 07:49:40 GMT\r\nX-Request-Id: id-1\r\n"
            "Location: https://example.com/\r\nContent-Length: 0\r\n\r\n");
}

TEST(Response, IsAppendedToWhatIsThere) {
  std::string out = "before";
  EXPECT_EQ(serialize(Response{}, kEnvelope, out), "");
  EXPECT_TRUE(out.starts_with("beforeHTTP/1.1 200 OK\r\n"));
}

TEST(Response, CopiesNoBodyButAShortOneOfItsOwn) {
  static const std::string page(100, 'a');
  Response of_static_text;
  of_static_text.set_static_body(page);
  std::string out;
  EXPECT_EQ(serialize(of_static_text, kEnvelope, out).data(), page.data());
  EXPECT_TRUE(out.ends_with("Content-Length: 100\r\n\r\n"));

  Response list;
  list.set_body(std::string(100'000, 'b'));
  out.clear();
  EXPECT_EQ(serialize(list, kEnvelope, out).data(), list.body().data());
  EXPECT_TRUE(out.ends_with("Content-Length: 100000\r\n\r\n"));

  Envelope to_head = kEnvelope;
  to_head.method = Method::head;
  EXPECT_EQ(serialize(list, to_head, out), "");
}

TEST(Response, ToHeadHasTheLengthButNotTheBody) {
  Response response;
  response.set_body("hello");
  Envelope envelope = kEnvelope;
  envelope.method = Method::head;
  EXPECT_TRUE(serialized(response, envelope).ends_with("Content-Length: 5\r\n\r\n"));
}

TEST(Response, OfAStatusWithoutBodyHasNeitherBodyNorLength) {
  for (const unsigned status : {204U, 304U}) {
    Response response;
    response.set_status(status);
    response.set_body("hello");
    const std::string bytes = serialized(response);
    EXPECT_EQ(bytes.find("Content-Length"), std::string::npos) << status;
    EXPECT_TRUE(bytes.ends_with("\r\n\r\n")) << status;
  }
}

TEST(Response, SaysWhenTheConnectionCloses) {
  Envelope envelope = kEnvelope;
  envelope.keep_alive = false;
  EXPECT_NE(serialized({}, envelope).find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_EQ(serialized({}).find("Connection:"), std::string::npos);
}

TEST(Response, SaysToHttp10ThatTheConnectionStays) {
  Envelope envelope = kEnvelope;
  envelope.version = 10;
  EXPECT_NE(serialized({}, envelope).find("\r\nConnection: keep-alive\r\n"), std::string::npos);
}

TEST(Response, DropsAHeaderThatWouldBreakTheHead) {
  for (const std::string_view evil :
       {std::string_view{"a\r\nSet-Cookie: b"}, std::string_view{"a\nb"}, std::string_view{"a\rb"},
        std::string_view{"a\0b", 3}, std::string_view{"a\x7f"}}) {
    Response response;
    response.add_header("Location", evil);
    response.add_header("Location", "https://fine/", evil);
    EXPECT_EQ(response.headers(), "") << evil;
  }
}

TEST(Response, JoinsAHeaderOfTwoParts) {
  Response response;
  response.add_header("Location", "http://curt/", "abc");
  EXPECT_EQ(response.headers(), "Location: http://curt/abc\r\n");
}

TEST(Response, KnowsThePhrasesOfTheStatusesThatAreWrittenMost) {
  for (const auto& [status, line] :
       {std::pair<unsigned, std::string>{301, "HTTP/1.1 301 Moved Permanently\r\n"},
        {404, "HTTP/1.1 404 Not Found\r\n"},
        {422, "HTTP/1.1 422 Unprocessable Entity\r\n"}}) {
    Response response;
    response.set_status(status);
    EXPECT_TRUE(serialized(response).starts_with(line)) << status;
  }
}

TEST(Response, ForgetsEverythingAtReset) {
  const std::string fresh = serialized({});
  Response response;
  response.set_status(500);
  response.add_header("X-A", "b");
  response.set_content_type("text/html");
  response.set_body("body");
  response.close_connection();
  response.reset();
  EXPECT_FALSE(response.closes_connection());
  EXPECT_EQ(serialized(response), fresh);
  response.set_static_body("static");
  EXPECT_EQ(response.body(), "static");
  response.reset();
  EXPECT_EQ(response.body(), "");
}

/// Keeps the text in a secret body.
void set_secret(Response& response, const test::HiddenText& secret) {
  SecretText text{secret.size()};
  secret.reveal(text.bytes().data());
  response.set_secret_body(std::move(text));
}

TEST(Response, GivesASecretBodyWithoutCopyingIt) {
  Response response;
  response.set_body("another");
  response.set_secret_body(SecretText{"the secret"});
  std::string out;
  const std::string_view body = serialize(response, {}, out);
  EXPECT_EQ(body, "the secret");
  EXPECT_EQ(out.find("secret"), std::string::npos);
  EXPECT_NE(out.find("Content-Length: 10\r\n"), std::string::npos);
  response.set_body("a later one");
  EXPECT_EQ(response.body(), "a later one");
}

TEST(Response, OverwritesASecretBodyWhenItIsOver) {
  const test::HiddenText secret;
  Response response;
  set_secret(response, secret);
  EXPECT_TRUE(secret.is_in_memory());
  response.reset();
  EXPECT_FALSE(secret.is_in_memory());
  EXPECT_EQ(response.body(), "");
  set_secret(response, secret);
  response.release();
  EXPECT_FALSE(secret.is_in_memory());
  set_secret(response, secret);
  response.set_secret_body({});
  EXPECT_FALSE(secret.is_in_memory());
  {
    Response other;
    set_secret(other, secret);
  }
  EXPECT_FALSE(secret.is_in_memory());
}

}  // namespace
}  // namespace curt::http
