#include <atomic>
#include <chrono>
#include <cstdio>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

constexpr int kClients = 16;
constexpr int kLinks = 50'000;

std::string create_request(int number) {
  const std::string body =
      R"({"url":"https://example.com/campaign?visitor=)" + std::to_string(number) + R"("})";
  return "POST /shorten HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Creates this client's share over one connection; the codes, one for each 201.
std::vector<std::string> create_share(std::uint16_t port, int first, int count, std::atomic<int>& failures) {
  RawClient client{port};
  std::vector<std::string> codes;
  for (int i = 0; i < count; ++i) {
    client.send(create_request(first + i));
    const auto response = client.read_response();
    if (!response || response->status != 201) {
      ++failures;
      continue;
    }
    codes.push_back(nlohmann::json::parse(response->body).at("code").get<std::string>());
  }
  return codes;
}

/// The codes of the whole list, page by page.
std::vector<std::string> listed_codes(std::uint16_t port) {
  RawClient client{port};
  std::vector<std::string> codes;
  std::string cursor;
  do {
    client.send("GET /api/v1/links?limit=500&sort=code&cursor=" + cursor +
                " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto response = client.read_response();
    if (!response || response->status != 200) return codes;
    const auto page = nlohmann::json::parse(response->body);
    for (const auto& link : page.at("data")) codes.push_back(link.at("code"));
    cursor = page.at("next_cursor").is_null() ? "" : page.at("next_cursor").get<std::string>();
  } while (!cursor.empty());
  return codes;
}

TEST(ConcurrentCreates, SixteenClientsMakeFiftyThousandLinksWithoutADuplicateOrAnError) {
  const TempFolder folder;
  CurtProcess curt{curt_binary(), folder.path(), {{"CURT_ACCESS_LOG", "off"}}};

  std::atomic<int> failures{0};
  std::vector<std::vector<std::string>> shares(kClients);
  const auto began = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> clients;
    for (int client = 0; client < kClients; ++client) {
      clients.emplace_back([&, client] {
        constexpr int kShare = kLinks / kClients;
        shares[static_cast<std::size_t>(client)] =
            create_share(curt.port(), client * kShare, kShare, failures);
      });
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("%d links by %d clients in %.1f s: %.0f creates a second\n", kLinks, kClients, took.count(),
              kLinks / took.count());

  std::set<std::string> distinct;
  for (const auto& share : shares) distinct.insert(share.begin(), share.end());
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(distinct.size(), static_cast<std::size_t>(kLinks));
  const std::vector<std::string> listed = listed_codes(curt.port());
  EXPECT_EQ(std::set<std::string>(listed.begin(), listed.end()), distinct);
  EXPECT_EQ(listed.size(), distinct.size());
  EXPECT_EQ(curt.stop(), 0);
}

}  // namespace
}  // namespace curt::test
