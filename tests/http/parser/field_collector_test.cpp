#include "http/parser/field_collector.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/http/parse_requests.hpp"

namespace curt::http {
namespace {

using test::Parsed;

std::string get(std::string_view lines) {
  return "GET /a HTTP/1.1\r\nHost: curt.test\r\n" + std::string{lines} + "\r\n";
}

/// What is kept of a request with these lines, after one on the same connection that said everything.
Parsed parse_one(std::string_view lines) {
  const std::vector<Parsed> both = test::parse_requests(
      get("Via: 1.1 a\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: document\r\n") + get(lines), {});
  EXPECT_EQ(both.size(), 2U) << lines;
  EXPECT_EQ(both.back().status, 0U) << lines;
  return both.back();
}

TEST(FieldCollector, KnowsARequestThatCameThroughAProxy) {
  for (const std::string line :
       {"Forwarded: for=192.0.2.1", "forwarded: for=unknown", "X-Forwarded-For: 192.0.2.1",
        "x-forwarded-for:", "X-Real-IP: 192.0.2.1", "x-real-ip: 127.0.0.1", "Via: 1.1 proxy",
        "VIA: 1.1 a, 1.1 b", "X-Forwarded-Host: go.example.com", "X-Forwarded-Proto: https",
        "X-Forwarded-Port: 443", "X-Forwarded-Server: a", "X-Forwarded-Prefix: /go", "x-forwarded-ssl: on",
        "X-Forwarded-By: a"}) {
    EXPECT_TRUE(parse_one(line + "\r\n").forwarded) << line;
  }
  for (const std::string line : {"", "X-Real-IQ: 192.0.2.1\r\n", "X-Forwarder-For: 192.0.2.1\r\n",
                                 "Viable: 1.1 proxy\r\n", "Max-Forwards: 1\r\n", "X-Forward: a\r\n",
                                 "Sec-CH-UA-Platform: X-Forwarded-For\r\n", "Autoforwarded: a\r\n"}) {
    EXPECT_FALSE(parse_one(line).forwarded) << line;
  }
}

TEST(FieldCollector, TakesWhatShowsWhoAsksAndCountsIt) {
  EXPECT_EQ(parse_one("").credentials, "0||0|");
  EXPECT_EQ(parse_one("X-Api-Key: a\r\n").credentials, "1|a|0|");
  EXPECT_EQ(parse_one("x-API-key:a\r\nAUTHORIZATION: Bearer b\r\n").credentials, "1|a|1|Bearer b");
  EXPECT_EQ(parse_one("X-Api-Key:\r\nX-Api-Key: b\r\n").credentials, "2|b|0|");
  EXPECT_EQ(parse_one("Authorization: a\r\nAuthorization: \r\n").credentials, "0||2|");
  EXPECT_EQ(parse_one("X-Api-Kez: a\r\nXX-Api-Key: a\r\nProxy-Authorization: a\r\n").credentials, "0||0|");
  EXPECT_TRUE(parse_one("Authorization: a\r\nX-Api-Key: b\r\n").credentials.starts_with("1|b|1|a"));
}

TEST(FieldCollector, KnowsWhetherAPageOfAnotherSiteHadTheBrowserAsk) {
  for (const std::string site : {"cross-site", "same-site", "", "something-new"}) {
    EXPECT_EQ(parse_one("Sec-Fetch-Site: " + site + "\r\n").fetch_site, FetchSite::other) << site;
  }
  for (const std::string site : {"same-origin", "none"}) {
    EXPECT_EQ(parse_one("sec-fetch-site: " + site + "\r\n").fetch_site, FetchSite::own) << site;
  }
  EXPECT_EQ(parse_one("Sec-Fetch-Mode: cross-site\r\n").fetch_site, FetchSite::untold);
  EXPECT_TRUE(parse_one("Sec-Fetch-Dest: document\r\n").opens_page);
  for (const std::string dest : {"empty", "iframe", "frame", "object", "embed", "image", "script"}) {
    EXPECT_FALSE(parse_one("Sec-Fetch-Dest: " + dest + "\r\n").opens_page) << dest;
  }
}

}  // namespace
}  // namespace curt::http
