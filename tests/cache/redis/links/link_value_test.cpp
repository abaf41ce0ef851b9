#include "cache/redis/links/link_value.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "curt/links/link_rules.hpp"

#include "support/store/link_store_contract.hpp"

namespace curt::cache {
namespace {

using links::CacheEntry;
using links::RedirectLink;
using std::chrono::milliseconds;
using test::kNow;
using Kind = CacheEntry::Kind;

CacheEntry found(RedirectLink link) {
  const std::int64_t version = link.version;
  return {Kind::found, std::make_shared<const RedirectLink>(std::move(link)), version};
}

RedirectLink plain() { return {"https://example.com/", std::nullopt, {}, 1}; }

void expect_same(const CacheEntry& entry, const std::optional<CacheEntry>& read, const std::string& value) {
  ASSERT_TRUE(read) << value;
  EXPECT_EQ(read->kind, entry.kind) << value;
  EXPECT_EQ(read->version, entry.version) << value;
  ASSERT_EQ(read->link == nullptr, entry.link == nullptr) << value;
  if (!entry.link) return;
  EXPECT_EQ(read->link->target, entry.link->target) << value;
  EXPECT_EQ(read->link->title, entry.link->title) << value;
  EXPECT_EQ(read->link->settings, entry.link->settings) << value;
  EXPECT_EQ(read->link->version, entry.link->version) << value;
}

TEST(LinkKey, IsTheCodeBehindAPrefix) { EXPECT_EQ(link_key(test::code_of("aZ-_9")), "curt:l:aZ-_9"); }

TEST(LinkValue, IsWhatProxiesRead) {
  EXPECT_EQ(encode_link_value(found(plain()), kNow), "1 302 302 - - - https://example.com/");
  RedirectLink link = plain();
  link.version = 12;
  link.title = "Spring sale";
  link.settings.redirect_status = RedirectStatus::permanent_redirect;
  link.settings.expires_at = Timestamp{milliseconds{4'102'444'800'123}};
  EXPECT_EQ(encode_link_value(found(link), kNow),
            "12 308 308 - - 4102444800123 https://example.com/ Spring sale");
  EXPECT_EQ(encode_link_value({Kind::not_found, nullptr, 0}, kNow), "0 0 0 n - - -");
  EXPECT_EQ(encode_link_value({Kind::gone, nullptr, 3}, kNow), "3 0 0 g - - -");
}

TEST(LinkValue, SaysWhatALinkMayBeVisited) {
  RedirectLink link = plain();
  link.settings.max_visits = 1000;
  EXPECT_EQ(encode_link_value(found(link), kNow), "1 0 302 m1000 - - https://example.com/");
  link.settings.enabled = false;
  link.settings.forward_query = true;
  EXPECT_EQ(encode_link_value(found(link), kNow), "1 0 302 dfm1000 - - https://example.com/");
}

TEST(LinkValue, KeepsProxiesFromAnsweringWhereOnlyWeCan) {
  const auto edge_of = [](const LinkSettings& settings) {
    RedirectLink link = plain();
    link.settings = settings;
    return encode_link_value(found(link), kNow).substr(2, 2);
  };
  LinkSettings settings;
  settings.expires_at = kNow + milliseconds{1};
  EXPECT_EQ(edge_of(settings), "30");
  settings.expires_at = kNow;
  EXPECT_EQ(edge_of(settings), "30") << "the key and the link end together";
  settings.expires_at = kNow - milliseconds{1};
  EXPECT_EQ(edge_of(settings), "0 ") << "the key lives longer";
  settings = {};
  settings.enabled = false;
  EXPECT_EQ(edge_of(settings), "0 ");
  settings = {};
  settings.forward_query = true;
  EXPECT_EQ(edge_of(settings), "0 ");
  settings = {};
  settings.not_before = kNow - milliseconds{1};
  EXPECT_EQ(edge_of(settings), "0 ");
  settings = {};
  settings.max_visits = 1;
  EXPECT_EQ(edge_of(settings), "0 ");
}

TEST(LinkValue, GivesBackEveryCombinationOfSettings) {
  const std::vector<std::optional<Timestamp>> times{
      std::nullopt, kNow - milliseconds{1},     kNow + milliseconds{1}, kLatestTimestamp,
      Timestamp{},  Timestamp{milliseconds{-1}}};
  const std::vector<std::optional<std::string>> titles{std::nullopt, "T", " two  spaces ", "- - -",
                                                       "Ünïcode 日本"};
  int count = 0;
  for (const auto status : {301, 302, 307, 308}) {
    for (const unsigned bits : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U}) {
      for (const auto& not_before : times) {
        for (const auto& expires_at : times) {
          for (const auto& title : titles) {
            RedirectLink link{"https://example.com/a?b=c#d", title, {}, ++count};
            link.settings = {*redirect_status_from(status),
                             (bits & 1U) != 0,
                             (bits & 2U) != 0,
                             not_before,
                             expires_at,
                             {}};
            if ((bits & 4U) != 0) link.settings.max_visits = count % 2 == 0 ? count : links::kMaxMaxVisits;
            const CacheEntry entry = found(link);
            const std::string value = encode_link_value(entry, kNow);
            expect_same(entry, decode_link_value(value), value);
          }
        }
      }
    }
  }
  EXPECT_EQ(count, 4 * 8 * 6 * 6 * 5);
  for (const CacheEntry& entry : {CacheEntry{Kind::not_found, nullptr, 0}, CacheEntry{Kind::gone, nullptr, 1},
                                  CacheEntry{Kind::gone, nullptr, 9'223'372'036'854'775'807}}) {
    const std::string value = encode_link_value(entry, kNow);
    expect_same(entry, decode_link_value(value), value);
  }
}

TEST(LinkValue, TellsWhatIsForgottenFromWhatIsUnexpected) {
  EXPECT_TRUE(is_forgotten_value("0 0 0 x - - -"));
  EXPECT_TRUE(is_forgotten_value("9223372036854775807 0 0 x - - -"));
  for (const char* value :
       {"", " 0 0 x - - -", "-1 0 0 x - - -", "1 0 0 x - - - ", "1 0 0 g - - -", "01 0 0 x - - -"}) {
    EXPECT_FALSE(is_forgotten_value(value)) << value;
  }
  EXPECT_FALSE(decode_link_value("3 0 0 x - - -"));
}

TEST(LinkValue, KeepsTheLongestTarget) {
  RedirectLink link = plain();
  link.target += std::string(TargetUrl::kMaxBytes - link.target.size(), 'x');
  const std::string value = encode_link_value(found(link), kNow);
  expect_same(found(link), decode_link_value(value), value);
  EXPECT_FALSE(decode_link_value(value + "x"));
}

TEST(LinkValue, IsUnknownWhereAnythingIsUnexpected) {
  for (const char* value : {
           "",
           " ",
           "1",
           "1 302 302 - - -",
           "1 302 302 - - - ",
           "1 302 302 - - -  https://example.com/",
           " 1 302 302 - - - https://example.com/",
           "01 302 302 - - - https://example.com/",
           "+1 302 302 - - - https://example.com/",
           "-1 302 302 - - - https://example.com/",
           "0 302 302 - - - https://example.com/",
           "99999999999999999999 302 302 - - - https://example.com/",
           "x 302 302 - - - https://example.com/",
           "1 301 302 - - - https://example.com/",
           "1 0 302 - - - https://example.com/",
           "1 302 200 - - - https://example.com/",
           "1 200 200 - - - https://example.com/",
           "1 302 302 d - - https://example.com/",
           "1 0 302 fd - - https://example.com/",
           "1 0 302 dd - - https://example.com/",
           "1 0 302 x - - https://example.com/",
           "1 302 302 f - - https://example.com/",
           "1 302 302 m5 - - https://example.com/",
           "1 0 302 m - - https://example.com/",
           "1 0 302 m0 - - https://example.com/",
           "1 0 302 m05 - - https://example.com/",
           "1 0 302 m-5 - - https://example.com/",
           "1 0 302 m5d - - https://example.com/",
           "1 0 302 m1000000000001 - - https://example.com/",
           "1 0 302 -m5 - - https://example.com/",
           "1 0 302  - - https://example.com/",
           "1 302 302 - 5 - https://example.com/",
           "1 302 302 - - 1.5 https://example.com/",
           "1 302 302 - - 05 https://example.com/",
           "1 302 302 - - -0 https://example.com/",
           "1 302 302 - - 253402300800000 https://example.com/",
           "1 302 302 - - - javascript:alert(1)",
           "1 302 302 - - - ftp://example.com/",
           "1 302 302 - - - //example.com/",
           "1 302 302 - - - https://example.com",
           "1 302 302 - - - HTTPS://example.com/",
           "1 302 302 - - - https://example.com:443/",
           "1 302 302 - - - https://example.com/\r\nSet-Cookie: a=b",
           "1 302 302 - - - https://example.com/\n",
           "1 302 302 - - - https://ex\xc3\xa4mple.com/",
           "1 302 302 - - - https://example.com/ ",
           "1 302 302 - - - https://example.com/ a\nb",
           "1 302 302 - - - https://example.com/ a\xff",
           "0 0 0 n - - - ",
           "1 0 0 n - - -",
           "0 0 0 g - - -",
           "0 404 0 n - - -",
           "0 0 404 n - - -",
           "0 0 0 nd - - -",
           "3 0 0 g - - https://example.com/",
       }) {
    EXPECT_FALSE(decode_link_value(value)) << value;
  }
}

}  // namespace
}  // namespace curt::cache
