#include "curt/links/link_rules.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace curt::links {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

/// The only field that the error names.
template <class T>
std::string blamed(const result<T>& outcome) {
  if (outcome || outcome.error().code != ErrorCode::invalid_value || outcome.error().fields.size() != 1)
    return {};
  return outcome.error().fields.front().field;
}

const LinkRules& rules() {
  static const LinkRules rules{{"api", "Health"}, TargetUrl::from_stored("https://sho.rt/")};
  return rules;
}

TEST(LinkRules, TakesAWellFormedAlias) {
  const auto code = rules().check_alias("Summer_2026-sale");
  ASSERT_TRUE(code);
  EXPECT_EQ(code->view(), "Summer_2026-sale");
}

TEST(LinkRules, RefusesAMalformedAlias) {
  EXPECT_EQ(blamed(rules().check_alias("")), "alias");
  EXPECT_EQ(blamed(rules().check_alias("a b")), "alias");
  EXPECT_EQ(blamed(rules().check_alias(std::string(65, 'a'))), "alias");
}

TEST(LinkRules, RefusesAReservedWordInAnyCase) {
  for (const char* word : {"api", "API", "aPi", "health", "HEALTH"}) {
    const auto code = rules().check_alias(word);
    EXPECT_EQ(blamed(code), "alias") << word;
    EXPECT_TRUE(rules().is_reserved(ShortCode::from_valid(word))) << word;
  }
}

TEST(LinkRules, TakesWiderCodesOfAnImportThanAliases) {
  for (const char* code : {"v1.2", "~x", "été", "кампания"}) {
    EXPECT_EQ(rules().check_imported_code(code).value().view(), code);
    EXPECT_EQ(blamed(rules().check_alias(code)), "alias") << code;
  }
  EXPECT_EQ(blamed(rules().check_imported_code("a/b")), "alias");
}

TEST(LinkRules, RefusesAReservedWordOfAnImportByName) {
  const LinkRules dotted{{"api", "robots.txt", ".well-known", "keys", "stats"},
                         TargetUrl::from_stored("https://sho.rt/")};
  for (const char* word : {"api", "API", "robots.txt", "Robots.TXT", ".well-known"}) {
    const auto code = dotted.check_imported_code(word);
    ASSERT_EQ(blamed(code), "alias") << word;
    EXPECT_EQ(code.error().fields.front().message, fmt::format("\"{}\" is a reserved word", word));
  }
  for (const char* word : {"robots.txt2", "xapi", "well-known", "robots-txt"}) {
    EXPECT_TRUE(dotted.check_imported_code(word)) << word;
  }
}

TEST(LinkRules, RefusesAReservedWordInLettersOfAnotherShape) {
  const LinkRules more{{"api", "keys", "stats"}, TargetUrl::from_stored("https://sho.rt/")};
  for (const char* word : {"ａｐｉ", "ＡＰＩ", "ſtats", "aᵖⁱ"}) {
    EXPECT_EQ(blamed(more.check_imported_code(word)), "alias") << word;
  }
  EXPECT_EQ(blamed(more.check_imported_code("\u212Aeys")), "alias") << "the Kelvin sign is a K in form C";
  EXPECT_EQ(blamed(more.check_imported_code("%61pi")), "alias");
  EXPECT_TRUE(more.check_imported_code("àpi"));
}

TEST(LinkRules, TakesAWordThatOnlyBeginsLikeAReservedOne) {
  EXPECT_TRUE(rules().check_alias("apis"));
  EXPECT_TRUE(rules().check_alias("ap"));
  EXPECT_FALSE(rules().is_reserved(ShortCode::from_valid("api-")));
}

TEST(LinkRules, NormalisesATarget) {
  const auto target = rules().check_target(" HTTPS://Example.com ");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->str(), "https://example.com/");
}

TEST(LinkRules, RefusesATargetThatIsNoWebAddress) {
  EXPECT_EQ(blamed(rules().check_target("javascript:alert(1)")), "url");
  EXPECT_EQ(blamed(rules().check_target("")), "url");
}

TEST(LinkRules, RefusesATargetThatLeadsBackHere) {
  for (const char* url : {"https://sho.rt/", "https://sho.rt/abc?x#y", "HTTPS://SHO.RT",
                          "https://sho.rt:443/abc", "http://sho.rt:443/", "https://user@sho.rt/"}) {
    EXPECT_EQ(blamed(rules().check_target(url)), "url") << url;
  }
}

TEST(LinkRules, KnowsItselfUnderItsOtherNames) {
  for (const char* url : {"http://sho.rt/x", "https://sho.rt./x", "https://sho.rt:80/x"}) {
    EXPECT_FALSE(rules().check_target(url)) << url;
  }
  const LinkRules local{{}, TargetUrl::from_stored("http://localhost:8080/")};
  for (const char* url : {"http://localhost:8080/x", "http://127.0.0.1:8080/x", "http://[::1]:8080/x"}) {
    EXPECT_FALSE(local.check_target(url)) << url;
  }
  EXPECT_TRUE(local.check_target("http://localhost:3000/x"));
}

/// A service behind a proxy, which listens on 8080 on one address and on 9090 on all.
const LinkRules& proxied() {
  static const LinkRules rules{
      {},
      TargetUrl::from_stored("https://xn--bcher-kva.example/"),
      nullptr,
      {TargetUrl::from_stored("http://192.0.2.7:8080/"), TargetUrl::from_stored("http://[::]:9090/")}};
  return rules;
}

TEST(LinkRules, KnowsItselfInAllNotations) {
  for (const char* host : {"127.0.0.1",
                           "127.1",
                           "127.255.0.3",
                           "0x7f.1",
                           "017700000001",
                           "2130706433",
                           "127.0.0.1.",
                           "0.0.0.0",
                           "0",
                           "0x0",
                           "[::]",
                           "[::1]",
                           "[0:0:0:0:0:0:0:1]",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]",
                           "[::ffff:0.0.0.0]",
                           "localhost",
                           "LOCALHOST",
                           "localhost.",
                           "a.localhost",
                           "a.localhost.",
                           "localhost.localdomain",
                           "ip6-localhost",
                           "１２７.0.0.1",
                           "%6cocalhost",
                           "ⓛocalhost"}) {
    for (const char* port : {":8080", ":9090", ":443", ":80", ""}) {
      const std::string url = fmt::format("http://{}{}/x", host, port);
      EXPECT_EQ(blamed(proxied().check_target(url)), "url") << url;
    }
    const std::string other = fmt::format("http://{}:3000/x", host);
    EXPECT_TRUE(proxied().check_target(other)) << other;
  }
}

TEST(LinkRules, KnowsItsOwnNameAndAddressInAllNotations) {
  for (const char* url :
       {"https://bücher.example/x", "http://BÜCHER.example./", "https://bu\u0308cher.example:443/",
        "https://XN--BCHER-KVA.example/", "https://bücher\u3002example/", "https://b%C3%BCcher.example/",
        "http://192.0.2.7:8080/x", "http://[::ffff:192.0.2.7]:8080/x", "http://3221225991:8080/"}) {
    EXPECT_EQ(blamed(proxied().check_target(url)), "url") << url;
  }
  for (const char* url : {"https://bucher.example/", "https://bücher.example:8443/", "http://192.0.2.7/",
                          "http://192.0.2.7:9090/", "http://192.0.2.8:8080/", "http://128.0.0.1:8080/",
                          "http://127.0.0.1.example:8080/", "http://xlocalhost:8080/"}) {
    EXPECT_TRUE(proxied().check_target(url)) << url;
  }
}

TEST(LinkRules, TakesATargetOnAnotherHostOrPort) {
  for (const char* url : {"http://sho.rt:8080/", "https://sho.rt:8443/", "https://www.sho.rt/",
                          "https://xsho.rt/", "https://example.com/?url=https://sho.rt/"}) {
    EXPECT_TRUE(rules().check_target(url)) << url;
  }
}

TEST(CheckTitle, TakesNoTitleAndTakesAnEmptyOneForNone) {
  EXPECT_EQ(check_title(std::nullopt).value(), std::nullopt);
  EXPECT_EQ(check_title("").value(), std::nullopt);
  EXPECT_EQ(check_title("A title").value(), "A title");
}

TEST(CheckTitle, CountsCharactersAndNotBytes) {
  EXPECT_TRUE(check_title(repeated("x", kMaxTitle)));
  EXPECT_EQ(blamed(check_title(repeated("x", kMaxTitle + 1))), "title");
  EXPECT_TRUE(check_title(repeated("\xf0\x9f\x98\x80", kMaxTitle)));
  EXPECT_EQ(blamed(check_title(repeated("\xc3\xa4", kMaxTitle + 1))), "title");
}

TEST(CheckTitle, RefusesControlCharacters) {
  for (const char* title : {"a\nb", "\t", "a\x7f", "a\xc2\x85z", "\xc2\x9f"}) {
    EXPECT_EQ(blamed(check_title(title)), "title") << title;
  }
  EXPECT_EQ(blamed(check_title(std::string{"a\0b", 3})), "title");
  EXPECT_TRUE(check_title("no-break\xc2\xa0space"));
}

TEST(CheckTags, SortsThemAndDropsRepeats) {
  EXPECT_EQ(check_tags({"b", "a", " b ", "a"}).value(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(check_tags({}).value(), std::vector<std::string>{});
}

TEST(CheckTags, RefusesAnEmptyTag) {
  EXPECT_EQ(blamed(check_tags({"a", ""})), "tags");
  EXPECT_EQ(blamed(check_tags({"   "})), "tags");
}

TEST(CheckTags, RefusesATagThatIsTooLong) {
  EXPECT_TRUE(check_tags({repeated("\xc3\xa4", kMaxTagLength)}));
  EXPECT_EQ(blamed(check_tags({repeated("\xc3\xa4", kMaxTagLength + 1)})), "tags");
}

TEST(CheckTags, RefusesControlCharacters) { EXPECT_EQ(blamed(check_tags({"a\nb"})), "tags"); }

TEST(CheckTags, TakesSomeRepeatsButNotThousands) {
  EXPECT_EQ(check_tags(std::vector<std::string>(kMaxTags * 10, "a")).value().size(), 1U);
  EXPECT_EQ(blamed(check_tags(std::vector<std::string>(kMaxTags * 10 + 1, "a"))), "tags");
}

TEST(CheckTags, RefusesMoreDifferentTagsThanAllowed) {
  std::vector<std::string> tags;
  for (std::size_t i = 0; i < kMaxTags; ++i) tags.push_back(fmt::format("tag{}", i));
  tags.push_back(tags.front());
  EXPECT_EQ(check_tags(tags).value().size(), kMaxTags);
  tags.emplace_back("one more");
  EXPECT_EQ(blamed(check_tags(tags)), "tags");
}

}  // namespace
}  // namespace curt::links
