#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

using nlohmann::json;

std::string request(std::string_view method, std::string_view path, std::string_view body) {
  return fmt::format(
      "{} {} HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: {}\r\nX-Forwarded-For: 203.0.113.9\r\n"
      "Content-Type: application/json\r\nIdempotency-Key: key\r\nContent-Length: {}\r\n\r\n{}",
      method, path, method, body.size(), body);
}

TEST(Audit, TellsEveryChangeOfALinkFromWhatWasOnlyAskedFor) {
  const TempFolder folder;
  CurtProcess server{
      curt_binary(), folder.path(), {{"CURT_TRUSTED_PROXIES", "127.0.0.1"}, {"CURT_ALLOW_OPEN", "true"}}};
  RawClient client{server.port()};
  for (const auto& [sent, status] : std::vector<std::pair<std::string, unsigned>>{
           {request("POST", "/shorten", R"({"url":"https://example.com/","alias":"abc"})"), 201},
           {request("POST", "/shorten", R"({"url":"https://example.com/","alias":"abc"})"), 201},
           {request("PATCH", "/api/v1/links/abc", R"({"title":"A title"})"), 200},
           {request("PATCH", "/api/v1/links/abc", R"({"title":"A title"})"), 200},
           {request("PATCH", "/api/v1/links/none", R"({"title":"A title"})"), 404},
           {request("GET", "/abc", ""), 302},
           {request("DELETE", "/api/v1/links/abc", ""), 204},
           {request("DELETE", "/api/v1/links/abc", ""), 410}}) {
    ASSERT_TRUE(client.send(sent));
    const auto answer = client.read_response();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, status) << sent;
  }
  EXPECT_EQ(server.stop(), 0);

  json found = json::array();
  std::istringstream lines{server.process().standard_output()};
  for (std::string line; std::getline(lines, line);) {
    json event = json::parse(line);
    if (event.at("message") != "audit") continue;
    event.erase("time");
    found.push_back(event);
  }
  const auto audit = [](std::string_view action, std::string_view method, int from, int to) {
    return json{{"level", "info"},         {"message", "audit"},   {"action", action}, {"outcome", "done"},
                {"code", "abc"},           {"from_version", from}, {"to_version", to}, {"by", "anonymous"},
                {"client", "203.0.113.9"}, {"request_id", method}};
  };
  EXPECT_EQ(found, (json::array({audit("create", "POST", 0, 1), audit("edit", "PATCH", 1, 2),
                                 audit("delete", "DELETE", 2, 3)})));
}

}  // namespace
}  // namespace curt::test
