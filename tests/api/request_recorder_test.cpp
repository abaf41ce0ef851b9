#include "curt/api/request_recorder.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "curt/http/request.hpp"
#include "curt/http/response.hpp"

namespace curt::api {
namespace {

using namespace std::chrono_literals;
using visits::kAccessLine;
using visits::kPrivate;
using visits::kVisit;
using visits::RequestRecord;

constexpr Timestamp kNow{1'795'348'800'123ms};
constexpr http::Ending kEnding{1'042us + 700ns, 321};

/// A redirect of /abc that was answered.
struct Answered {
  Answered() {
    request.method = http::Method::get;
    request.target = "/abc?q";
    request.path = "/abc";
    request.referrer = "https://example.com/";
    request.user_agent = "Mozilla/5.0 (X11)";
    request.client = "192.0.2.1";
    response.set_status(302);
    exchange.route = 3;
    exchange.code = "abc";
    exchange.visited_version = 7;
  }

  [[nodiscard]] RequestRecord record(AccessLines lines) {
    return to_record(exchange, kEnding, lines, kNow, decoded);
  }

  http::Request request;
  http::Response response;
  http::Exchange exchange{request, response, "id-1", 0, Call{Deadline{std::chrono::steady_clock::now()}}};
  ShortCode decoded;
};

void expect_the_visit(const RequestRecord& record) {
  EXPECT_EQ(record.at, kNow);
  EXPECT_EQ(record.version, 7);
  EXPECT_EQ(record.code, "abc");
  EXPECT_EQ(record.client, "192.0.2.1");
  EXPECT_EQ(record.referrer, "https://example.com/");
  EXPECT_EQ(record.user_agent, "Mozilla/5.0 (X11)");
}

TEST(RequestRecorder, HasTheUserAgentOfAGetAloneJudged) {
  Answered answered;
  for (const auto method : {http::Method::post, http::Method::put, http::Method::other}) {
    answered.request.method = method;
    EXPECT_EQ(answered.record(AccessLines::none).use, kVisit | visits::kUnjudged);
  }
  answered.request.method = http::Method::get;
  EXPECT_EQ(answered.record(AccessLines::none).use, kVisit);
}

TEST(RequestRecorder, TakesAVisitAndItsLineTogether) {
  Answered answered;
  const RequestRecord record = answered.record(AccessLines::all);
  EXPECT_EQ(record.use, kVisit | kAccessLine);
  expect_the_visit(record);
  EXPECT_EQ(record.microseconds, 1'042U);
  EXPECT_EQ(record.bytes, 321U);
  EXPECT_EQ(record.status, 302U);
  EXPECT_EQ(record.method, static_cast<std::uint8_t>(http::Method::get));
  EXPECT_EQ(record.route, 3U);
  EXPECT_EQ(record.request_id, "id-1");
  EXPECT_EQ(record.path, "/abc");
}

TEST(RequestRecorder, TakesOfAVisitWithoutALineWhatAVisitNeeds) {
  Answered answered;
  const RequestRecord record = answered.record(AccessLines::none);
  EXPECT_EQ(record.use, kVisit);
  expect_the_visit(record);
  EXPECT_EQ(record.path, "");
  EXPECT_EQ(record.request_id, "");
}

TEST(RequestRecorder, TakesALineOfARequestThatIsNoVisit) {
  Answered answered;
  answered.exchange.visited_version = 0;
  answered.request.do_not_track = true;
  const RequestRecord record = answered.record(AccessLines::all);
  EXPECT_EQ(record.use, kAccessLine);
  EXPECT_EQ(record.code, "");
  EXPECT_EQ(record.version, 0);
  EXPECT_EQ(record.client, "192.0.2.1");
}

TEST(RequestRecorder, HasNoUseForARequestThatIsNeither) {
  Answered answered;
  answered.exchange.visited_version = 0;
  EXPECT_EQ(answered.record(AccessLines::none).use, 0U);
}

TEST(RequestRecorder, TakesNothingThatTellsWhoDoesNotWantToBeTracked) {
  Answered answered;
  answered.request.do_not_track = true;
  const RequestRecord record = answered.record(AccessLines::none);
  EXPECT_EQ(record.use, kVisit | kPrivate);
  EXPECT_EQ(record.code, "abc");
  EXPECT_EQ(record.client, "");
  EXPECT_EQ(record.referrer, "");
  EXPECT_EQ(record.user_agent, "Mozilla/5.0 (X11)") << "tells bots from people";
  EXPECT_EQ(answered.record(AccessLines::all).use, kVisit | kPrivate | kAccessLine);
}

TEST(RequestRecorder, NamesTheKeyInTheLine) {
  Answered answered;
  answered.exchange.principal.key = KeyId::from_valid("0123456789Ab");
  EXPECT_EQ(answered.record(AccessLines::all).key, "0123456789Ab");
  EXPECT_EQ(answered.record(AccessLines::none).key, "") << "a visit is of no key";
  answered.exchange.principal = {};
  EXPECT_EQ(answered.record(AccessLines::all).key, "");
}

TEST(RequestRecorder, TakesTheLinksCodeHoweverTheRequestWroteIt) {
  Answered answered;
  answered.request.path = "/%61b%2Dc";
  answered.exchange.code = "%61b%2Dc";
  const RequestRecord record = answered.record(AccessLines::all);
  EXPECT_EQ(record.code, "ab-c");
  EXPECT_EQ(record.path, "/%61b%2Dc");
}

TEST(RequestRecorder, TakesACodeBeyondAsciiInItsOneForm) {
  for (const char* sent : {"été", "e\u0301te\u0301", "%C3%A9t%C3%A9", "e%CC%81te\u0301"}) {
    Answered answered;
    answered.exchange.code = sent;
    EXPECT_EQ(answered.record(AccessLines::none).code, "été") << sent;
  }
}

TEST(RequestRecorder, LeavesTheQueryOutThatAPathHas) {
  for (const char* path : {"/abc&utm_source=x&email=a@b", "/abc%3Ftoken%3Dx", "/abc%253Ftoken%253Dx"}) {
    for (const int version : {7, 0}) {
      Answered answered;
      answered.exchange.visited_version = version;
      answered.request.path = path;
      EXPECT_EQ(answered.record(AccessLines::all).path, "/abc") << path;
    }
  }
}

TEST(RequestRecorder, TakesTheTargetOfARequestThatWasRefusedBeforeItsPathWasKnown) {
  Answered answered;
  answered.exchange.visited_version = 0;
  answered.request.path = "";
  EXPECT_EQ(answered.record(AccessLines::all).path, "/abc?q");
}

TEST(RequestRecorder, CutsOffAKeyThatStandsWhereItDoesNotBelong) {
  const std::string shown = "/api/v1/keys/curt_Ab3dEf6hIj9l_";
  const std::string path = shown + std::string(43, 'x');
  const std::string referrer = "https://example.com/?key=" + path.substr(13);
  Answered answered;
  answered.request.path = answered.request.target = path;
  answered.request.referrer = referrer;
  const RequestRecord record = answered.record(AccessLines::all);
  EXPECT_EQ(record.path, shown);
  EXPECT_EQ(record.referrer, "https://example.com/?key=curt_Ab3dEf6hIj9l_");
}

}  // namespace
}  // namespace curt::api
