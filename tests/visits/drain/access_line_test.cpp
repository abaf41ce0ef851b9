#include "curt/visits/drain/access_line.hpp"

#include <algorithm>
#include <climits>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/http/parse_requests.hpp"
#include "support/visits/some_record.hpp"

namespace curt::visits {
namespace {

using namespace std::chrono_literals;
using test::some_record;

std::string line_of(const RequestRecord& record, AccessLineFormat format = AccessLineFormat::json) {
  AccessLines lines{format, {"GET", "HEAD"}, {"none", "redirect"}};
  std::string line;
  lines.append(record, line);
  return line;
}

std::string every_byte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  return bytes;
}

TEST(AccessLines, AreOneLineOfJsonEach) {
  EXPECT_EQ(
      line_of(some_record()),
      R"({"time":"2026-11-22T07:49:40.123Z","level":"info","message":"access","method":"GET","route":"redirect",)"
      R"("path":"/abc","status":302,"duration_ms":1.042,"bytes":321,"client":"192.0.2.1","request_id":"id-1",)"
      R"~("referrer":"https://example.com/","user_agent":"Mozilla/5.0 (X11)"})~"
      "\n");
}

TEST(AccessLines, AreOneLineOfTextEach) {
  EXPECT_EQ(line_of(some_record(), AccessLineFormat::text),
            "2026-11-22T07:49:40.123Z 302 GET /abc 1.042 ms 192.0.2.1 id-1 \"Mozilla/5.0 (X11)\"\n");
}

TEST(AccessLines, NameTheKey) {
  RequestRecord record = some_record();
  record.key = "0123456789Ab";
  EXPECT_EQ(nlohmann::json::parse(line_of(record))["key"], "0123456789Ab");
  EXPECT_TRUE(line_of(record, AccessLineFormat::text).ends_with("\"Mozilla/5.0 (X11)\" key=0123456789Ab\n"));
}

TEST(AccessLines, HaveEachTheirOwnTime) {
  AccessLines lines{AccessLineFormat::text, {"GET"}, {}};
  std::string out;
  RequestRecord record = some_record();
  for (const auto step : {0ms, 0ms, 1ms}) {
    record.at += step;
    lines.append(record, out);
  }
  const auto first = out.find("40.123Z");
  const auto second = out.find("40.123Z", first + 1);
  EXPECT_NE(second, std::string::npos);
  EXPECT_NE(out.find("40.124Z", second), std::string::npos);
}

TEST(AccessLines, ShowNoNameForAnUnknownMethodOrRoute) {
  RequestRecord record = some_record();
  record.method = 200;
  record.route = 200;
  const auto json = nlohmann::json::parse(line_of(record));
  EXPECT_EQ(json["method"], "");
  EXPECT_EQ(json["route"], "");
}

TEST(AccessLines, AreValidJsonWhateverTheClientSent) {
  for (const std::string& hostile :
       {every_byte(), std::string{"\",\"status\":200,\"x\":\""}, std::string{"\xed\xa0\x80"},
        std::string{"\\\r\n\n"}, std::string(10'000, '\xc3')}) {
    RequestRecord record = some_record();
    record.path = record.user_agent = record.referrer = hostile;
    const std::string line = line_of(record);
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json["status"], 302);
    EXPECT_TRUE(json["path"].is_string());
    EXPECT_FALSE(json.contains("x"));
  }
}

TEST(AccessLines, OfTextGiveNoControlByteToTheTerminal) {
  for (const std::string& hostile : {every_byte(), std::string{"\xc2\x9b[31m\x1b[31m\r\n"}}) {
    RequestRecord record = some_record();
    record.path = record.user_agent = hostile;
    const std::string line = line_of(record, AccessLineFormat::text);
    EXPECT_TRUE(std::all_of(line.begin(), line.end() - 1, [](char c) {
      return static_cast<unsigned char>(c) >= 0x20 && c != '\x7f';
    })) << line;
    EXPECT_EQ(line.find("\xc2\x9b"), std::string::npos) << line;
  }
}

TEST(AccessLines, FitAPipeWithoutWaitingWhateverTheParserLetsPass) {
  std::size_t longest = 0;
  std::string bytes_that_pass;
  for (const char byte : every_byte()) {
    const std::string head =
        fmt::format("GET / HTTP/1.1\r\nHost: a\r\nReferer: a{0}b\r\nUser-Agent: a{0}b\r\n\r\n", byte);
    const auto passed = curt::test::parse_requests(head, {});
    if (passed.size() != 1 || passed.front().status != 0) continue;
    bytes_that_pass.push_back(byte);
    RequestRecord record = some_record();
    const std::string text(1'000, byte);
    record.referrer = std::string_view{text}.substr(0, RequestRecord::kMaxReferrer);
    record.user_agent = std::string_view{text}.substr(0, RequestRecord::kMaxUserAgent);
    record.request_id = std::string_view{text}.substr(0, RequestRecord::kMaxRequestId);
    record.path = std::string_view{text}.substr(0, RequestRecord::kMaxPath);
    record.client = std::string_view{text}.substr(0, RequestRecord::kMaxClient);
    for (const auto format : {AccessLineFormat::json, AccessLineFormat::text}) {
      longest = std::max(longest, line_of(record, format).size());
    }
  }
  EXPECT_GT(bytes_that_pass.size(), 200U);
  EXPECT_GT(longest, 2'000U);
  EXPECT_LE(longest, std::size_t{PIPE_BUF}) << "longer lines are lost (line_sink.hpp)";
}

}  // namespace
}  // namespace curt::visits
