#include "curt/http/access_log.hpp"

#include <algorithm>
#include <future>
#include <mutex>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace curt::http {
namespace {

using namespace std::chrono_literals;

AccessRecord some_record() {
  AccessRecord record;
  record.at = Timestamp{1'795'333'780'123ms};
  record.microseconds = 1'042;
  record.bytes = 321;
  record.status = 302;
  record.method = Method::get;
  record.route = 1;
  record.client.assign("192.0.2.1");
  record.request_id.assign("id-1");
  record.path.assign("/abc");
  record.referrer.assign("https://example.com/");
  record.user_agent.assign("Mozilla/5.0 (X11)");
  return record;
}

std::string line_of(const AccessRecord& record, AccessLogFormat format = AccessLogFormat::json) {
  std::string line;
  append_access_line(record, "redirect", format, line);
  return line;
}

/// What a sink was given.
class Lines {
 public:
  AccessLog::Sink sink() {
    return [this](std::string_view lines) { text_ += lines; };
  }
  [[nodiscard]] std::vector<nlohmann::json> parsed() const {
    std::vector<nlohmann::json> all;
    std::istringstream in{text_};
    for (std::string line; std::getline(in, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }

 private:
  std::string text_;  ///< written on the log's thread, read when that has ended
};

TEST(AccessLine, IsOneLineOfJson) {
  EXPECT_EQ(
      line_of(some_record()),
      R"({"time":"2026-11-22T07:49:40.123Z","level":"info","message":"access","method":"GET","route":"redirect",)"
      R"("path":"/abc","status":302,"duration_ms":1.042,"bytes":321,"client":"192.0.2.1","request_id":"id-1",)"
      R"~("referrer":"https://example.com/","user_agent":"Mozilla/5.0 (X11)"})~"
      "\n");
}

TEST(AccessLine, IsOneLineOfText) {
  EXPECT_EQ(line_of(some_record(), AccessLogFormat::text),
            "2026-11-22T07:49:40.123Z 302 GET /abc 1.042 ms 192.0.2.1 id-1 \"Mozilla/5.0 (X11)\"\n");
}

TEST(AccessLine, IsValidJsonWhateverTheClientSent) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte.push_back(static_cast<char>(byte));
  for (const std::string& hostile :
       {every_byte, std::string{"\",\"status\":200,\"x\":\""}, std::string{"\xed\xa0\x80"},
        std::string{"\\\r\n\n"}, std::string(10'000, '\xc3')}) {
    AccessRecord record = some_record();
    record.path.assign(hostile);
    record.user_agent.assign(hostile);
    record.referrer.assign(hostile);
    const std::string line = line_of(record);
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json["status"], 302);
    EXPECT_TRUE(json["path"].is_string());
    EXPECT_FALSE(json.contains("x"));
  }
}

TEST(AccessLine, OfTextGivesNoControlByteToTheTerminal) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte.push_back(static_cast<char>(byte));
  AccessRecord record = some_record();
  for (const std::string& hostile : {every_byte, std::string{"\xc2\x9b[31m\x1b[31m\r\n"}}) {
    record.path.assign(hostile);
    record.user_agent.assign(hostile);
    const std::string line = line_of(record, AccessLogFormat::text);
    EXPECT_TRUE(std::all_of(line.begin(), line.end() - 1, [](char c) {
      return static_cast<unsigned char>(c) >= 0x20 && c != '\x7f';
    })) << line;
    EXPECT_EQ(line.find("\xc2\x9b"), std::string::npos) << line;
  }
}

TEST(AccessRecord, CutsOffTextsThatAreTooLong) {
  AccessRecord record;
  record.path.assign(std::string(600, 'a'));
  EXPECT_EQ(record.path.view(), std::string(512, 'a'));
  record.path.assign("short");
  EXPECT_EQ(record.path.view(), "short");
}

TEST(AccessLog, HasWrittenEverythingWhenItEnds) {
  Lines lines;
  constexpr std::uint32_t kRecords = 3000;
  {
    AccessLog log{2, AccessLogFormat::json, {"none", "redirect"}, lines.sink()};
    AccessRecord record = some_record();
    for (std::uint32_t i = 0; i < kRecords; ++i) {
      record.bytes = i;
      ASSERT_TRUE(log.push(i % 2, record));
    }
    EXPECT_EQ(log.lost(), 0U);
  }
  const auto written = lines.parsed();
  ASSERT_EQ(written.size(), kRecords);
  std::uint32_t next[2] = {0, 1};
  for (const auto& line : written) {
    const auto number = line["bytes"].get<std::uint32_t>();
    EXPECT_EQ(number, next[number % 2]) << "each core's records keep their order";
    next[number % 2] = number + 2;
    EXPECT_EQ(line["route"], "redirect");
  }
}

TEST(AccessLog, LosesAndCountsWhatDoesNotFitAndNeverWaits) {
  std::promise<void> taken;
  std::promise<void> go_on;
  std::size_t written = 0;
  std::uint64_t lost = 0;
  std::size_t pushed = 0;
  {
    const auto stuck = [&, first = true](std::string_view lines) mutable {
      written += static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
      if (!std::exchange(first, false)) return;
      taken.set_value();
      go_on.get_future().wait();
    };
    AccessLog log{1, AccessLogFormat::json, {"none", "redirect"}, stuck};
    ASSERT_TRUE(log.push(0, some_record()));
    ++pushed;
    taken.get_future().wait();  // from here on nobody empties the ring
    for (std::size_t i = 0; i < AccessLog::kRingSize + 100; ++i) {
      if (log.push(0, some_record())) ++pushed;
    }
    lost = log.lost();
    EXPECT_GE(lost, 99U);
    EXPECT_LE(lost, 101U);
    go_on.set_value();
  }
  EXPECT_EQ(written, pushed);
  EXPECT_EQ(pushed + lost, AccessLog::kRingSize + 101);
}

TEST(AccessLog, WritesBigBatchesInPiecesOfWholeLines) {
  std::vector<std::string> pieces;
  {
    AccessLog log{
        1, AccessLogFormat::json, {"none", "redirect"}, [&](std::string_view l) { pieces.emplace_back(l); }};
    AccessRecord record = some_record();
    record.path.assign(std::string(500, 'p'));
    for (int i = 0; i < 2000; ++i) ASSERT_TRUE(log.push(0, record));
  }
  EXPECT_GT(pieces.size(), 5U);
  for (const std::string& piece : pieces) {
    EXPECT_EQ(piece.back(), '\n');
    EXPECT_LT(piece.size(), 80'000U);
  }
}

}  // namespace
}  // namespace curt::http
