#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "e2e/cluster.hpp"
#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

using testing::StartsWith;

constexpr std::size_t kClients = 4;
constexpr std::size_t kPipelined = 100;

/// A real URL as its packager wrote it, and what a browser makes of it.
struct Homepage {
  std::string written;
  std::string expected;
};

std::vector<Homepage> homepages() {
  std::vector<Homepage> all;
  std::ifstream in{test_data_dir() + "/homepages.tsv"};
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t tab = line.find('\t');
    const std::string written = line.substr(0, tab);
    all.push_back({written, tab == std::string::npos ? written : line.substr(tab + 1)});
  }
  return all;
}

/// The links of the whole list, page by page.
std::vector<nlohmann::json> listed(std::uint16_t port) {
  RawClient client{port};
  std::vector<nlohmann::json> links;
  for (std::string cursor;;) {
    client.send(
        fmt::format("GET /api/v1/links?limit=500&cursor={} HTTP/1.1\r\nHost: localhost\r\n\r\n", cursor));
    const auto response = client.read_response();
    if (!response || response->status != 200) throw std::runtime_error{"a page of the list is missing"};
    const auto page = nlohmann::json::parse(response->body);
    for (const auto& link : page.at("data")) links.push_back(link);
    if (page.at("next_cursor").is_null()) return links;
    cursor = page.at("next_cursor").get<std::string>();
  }
}

/// A code to ask for and where it must lead.
struct Expectation {
  std::string code;
  std::string target;
};

/// Asks for each over one connection, many requests at a time; what went wrong, a line each.
std::vector<std::string> wrong_redirects(std::uint16_t port, const std::vector<Expectation>& expectations) {
  std::vector<std::string> wrong;
  RawClient client{port};
  for (std::size_t first = 0; first < expectations.size(); first += kPipelined) {
    const std::size_t end = std::min(first + kPipelined, expectations.size());
    std::string requests;
    for (std::size_t i = first; i < end; ++i) {
      requests += fmt::format("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", expectations[i].code);
    }
    client.send(requests);
    for (std::size_t i = first; i < end; ++i) {
      const auto response = client.read_response();
      const auto& [code, target] = expectations[i];
      if (!response) return {fmt::format("no answer for {} ({})", code, target)};
      const std::string location = response->header("Location");
      if (response->status != 302 || location != target) {
        wrong.push_back(fmt::format("{} must lead to {}: {} {}", code, target, response->status, location));
      }
    }
  }
  return wrong;
}

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

/// Imports every homepage with these settings, lists them, and follows each for the first time.
void import_and_follow(const CurtProcess::Environment& settings) {
  const std::vector<Homepage> pages = homepages();
  ASSERT_GE(pages.size(), 20'000U);
  std::set<std::string> targets;
  for (const Homepage& page : pages) targets.insert(page.expected);

  const TempFolder folder;
  {
    std::ofstream plain{folder.path() / "homepages.txt"};
    for (const Homepage& page : pages) plain << page.written << '\n';
  }
  const Stopwatch importing;
  const Finished import = run({curt_binary(), "import", "homepages.txt"},
                              {with_defaults(settings, patient_settings()), folder.path(), "/dev/null"});
  fmt::print("import of {} URLs: {:.2f} s\n", pages.size(), importing.seconds());
  EXPECT_EQ(import.status, 0) << import.err;
  EXPECT_THAT(import.out, StartsWith(fmt::format("{} imported, {} already there, 0 rejected in ",
                                                 targets.size(), pages.size() - targets.size())));

  CurtProcess server{curt_binary(), folder.path(), settings};
  std::map<std::string, std::string> code_of;
  const std::vector<nlohmann::json> links = listed(server.port());
  for (const auto& link : links) code_of[link.at("url")] = link.at("code");
  EXPECT_EQ(links.size(), targets.size());
  EXPECT_EQ(code_of.size(), targets.size());

  std::vector<std::vector<Expectation>> shares(kClients);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const auto code = code_of.find(pages[i].expected);
    ASSERT_NE(code, code_of.end()) << pages[i].expected << " is not in the list";
    shares[i % kClients].push_back({code->second, pages[i].expected});
  }
  std::vector<std::vector<std::string>> wrong(kClients);
  const Stopwatch redirecting;
  {
    std::vector<std::jthread> clients;
    clients.reserve(kClients);
    for (std::size_t i = 0; i < kClients; ++i) {
      clients.emplace_back([&, i] { wrong[i] = wrong_redirects(server.port(), shares[i]); });
    }
  }
  fmt::print("redirects of {} URLs, each for the first time: {:.2f} s\n", pages.size(),
             redirecting.seconds());
  for (const auto& share : wrong) EXPECT_THAT(share, testing::IsEmpty());
  EXPECT_EQ(server.stop(), 0);
}

TEST(Homepages, AreImportedListedAndFollowedWithSqlite) {
  import_and_follow({{"CURT_DATABASE_URL", "sqlite:curt.db"}, {"CURT_ACCESS_LOG", "off"}});
}

TEST(Homepages, AreImportedListedAndFollowedWithPostgresAlone) {
  PostgresServer& postgres = PostgresServer::shared();
  import_and_follow({{"CURT_DATABASE_URL", postgres.fresh_schema()}, {"CURT_ACCESS_LOG", "off"}});
}

TEST(Homepages, AreImportedListedAndFollowedWithPostgresAndRedis) {
  const Cluster cluster;
  import_and_follow(cluster.environment());
}

}  // namespace
}  // namespace curt::test
